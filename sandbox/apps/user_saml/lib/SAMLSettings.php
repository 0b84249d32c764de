<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace OCA\User_SAML;

use OCP\IDBConnection;

/** Identity providers: a row each, whose settings are one JSON object. */
class SAMLSettings
{
    public const IDP_CONFIG_KEYS = [
        'general-idp0_display_name', 'general-uid_mapping', 'general-is_saml_request_using_post', 'general-saml_request_method',
        'idp-entityId', 'idp-singleLogoutService.responseUrl', 'idp-singleLogoutService.url', 'idp-singleSignOnService.url',
        'idp-passthroughParameters', 'idp-x509cert',
        'security-authnRequestsSigned', 'security-general', 'security-logoutRequestSigned', 'security-logoutResponseSigned',
        'security-lowercaseUrlencoding', 'security-nameIdEncrypted', 'security-offer', 'security-required', 'security-signatureAlgorithm',
        'security-signMetadata', 'security-sloWebServerDecode', 'security-wantAssertionsEncrypted', 'security-wantAssertionsSigned',
        'security-wantMessagesSigned', 'security-wantNameId', 'security-wantNameIdEncrypted', 'security-wantXMLValidation',
        'saml-attribute-mapping-displayName_mapping', 'saml-attribute-mapping-email_mapping', 'saml-attribute-mapping-group_mapping',
        'saml-attribute-mapping-home_mapping', 'saml-attribute-mapping-quota_mapping', 'saml-attribute-mapping-mfa_mapping',
        'saml-attribute-mapping-user_id_ldap_mapping', 'saml-attribute-mapping-group_mapping_prefix',
        'saml-user-filter-reject_groups', 'saml-user-filter-require_groups',
        'sp-entityId', 'sp-x509cert', 'sp-name-id-format', 'sp-privateKey',
    ];

    /** @var IDBConnection */
    private $database;

    public function __construct(IDBConnection $database)
    {
        $this->database = $database;
    }

    /** @return array<int, string> number => display name */
    public function getListOfIdps(): array
    {
        return array_map(static function (array $settings) {
            return $settings['general-idp0_display_name'] ?? '';
        }, $this->all());
    }

    public function getNewProviderId(): int
    {
        $id = max(array_merge([0], array_keys($this->all()))) + 1;
        $this->set($id, []);
        return $id;
    }

    public function get(int $id): array
    {
        return $this->all()[$id] ?? [];
    }

    /** What it does not know is dropped, and nobody is told. */
    public function set(int $id, array $settings): void
    {
        $settings = array_intersect_key($settings, array_flip(self::IDP_CONFIG_KEYS));
        $this->delete($id);
        $sql = 'INSERT INTO *PREFIX*user_saml_configurations (id, name, configuration) VALUES (?, ?, ?)';
        $this->database->executeUpdate($sql, [$id, $settings['general-idp0_display_name'] ?? '', json_encode($settings)]);
    }

    public function delete(int $id): void
    {
        $this->database->executeUpdate('DELETE FROM *PREFIX*user_saml_configurations WHERE id = ?', [$id]);
    }

    private function all(): array
    {
        $result = $this->database->executeQuery('SELECT id, configuration FROM *PREFIX*user_saml_configurations ORDER BY id');
        $found = [];
        while ($row = $result->fetch()) {
            $found[(int) $row['id']] = json_decode((string) $row['configuration'], true) ?: [];
        }
        return $found;
    }
}
