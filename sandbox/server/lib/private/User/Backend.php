<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OC\User;

/** The numbers by which backends say what they can do. */
abstract class Backend
{
    public const CREATE_USER = 1;
    public const SET_PASSWORD = 1 << 4;
    public const CHECK_PASSWORD = 1 << 8;
    public const GET_HOME = 1 << 12;
    public const GET_DISPLAYNAME = 1 << 16;
    public const SET_DISPLAYNAME = 1 << 20;
    public const PROVIDE_AVATAR = 1 << 24;
    public const COUNT_USERS = 1 << 28;
}
