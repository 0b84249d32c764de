# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the reference that tools/docs makes from the documentation in the source."""

project = "secsign.nextcloud"
copyright = "SecSign Nextcloud collection contributors"
title = html_short_title = "secsign.nextcloud"
extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "documentation_home_url": "https://github.com/secsign/ansible-collection-nextcloud#readme",
    "vcs_pageview_mode": "edit",
}
html_show_sphinx = False
html_use_index = False
html_copy_source = False
display_version = False
# A reference that leads nowhere is an error. Those to Ansible's own pages are, without the network, only words.
nitpicky = True
