<?php
// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What the app user_saml keeps.
 */

namespace SecSign\Bridge;

/** A private key is returned as its sum only: enough to see whether it is the wanted one. */
function without_key(array $settings): array {
    if (($settings['sp-privateKey'] ?? '') !== '') {
        $settings['sp-privateKey'] = 'sha256:' . hash('sha256', preg_replace('/\s+/', '', $settings['sp-privateKey']));
    }
    return $settings;
}

function pem(string $text): string {
    $body = preg_replace('/-----[^-]*-----|\s+/', '', $text);
    return "-----BEGIN CERTIFICATE-----\n" . chunk_split($body, 64, "\n") . "-----END CERTIFICATE-----\n";
}

/** What a certificate says; null if it is none. */
function certificate_facts(string $text): ?array {
    $certificate = @openssl_x509_read(pem($text));
    $facts = $certificate ? openssl_x509_parse($certificate) : false;
    if (!$facts) {
        return null;
    }
    $key = openssl_pkey_get_details(openssl_pkey_get_public($certificate));
    return [
        'subject' => (string) preg_replace('#^/#', '', $facts['name']),
        'not_before' => $facts['validFrom_time_t'],
        'not_after' => $facts['validTo_time_t'],
        'sha256' => openssl_x509_fingerprint($certificate, 'sha256'),
        'rsa_bits' => ($key['type'] ?? null) === OPENSSL_KEYTYPE_RSA ? $key['bits'] : null,
    ];
}

/**
 * Identity providers, certificates (of theirs and those asked about, each under the sum of its text), and the own
 * addresses.
 */
function read_saml(array $asked): array {
    $found = [
        'providers' => new \stdClass(), 'keys' => null, 'certificates' => new \stdClass(), 'addresses' => null,
        'pairs' => [],
    ];
    if (service(\OCP\IDBConnection::class)->tableExists('user_saml_configurations')) {
        foreach (rows('SELECT id, configuration FROM *PREFIX*user_saml_configurations ORDER BY id') as $row) {
            $settings = json_decode((string) $row['configuration'], true) ?: [];
            foreach (['idp-x509cert', 'sp-x509cert'] as $key) {
                $asked['certificates'][] = $settings[$key] ?? '';
            }
            // an empty list would become [] on the way
            $found['providers']->{$row['id']} = (object) without_key($settings);
        }
    }
    foreach (array_filter($asked['certificates'], 'strlen') as $text) {
        $found['certificates']->{hash('sha256', $text)} = certificate_facts($text);
    }
    foreach ($asked['pairs'] as list($certificate, $key)) {
        $read = @openssl_pkey_get_private($key);
        $fits = $read !== false && @openssl_x509_check_private_key(pem($certificate), $read);
        $found['pairs'][] = $read === false ? 'unreadable' : ($fits ? 'fits' : 'other');
    }
    if (in_array('user_saml', enabled_apps(), true) && app_path('user_saml') !== null) {
        load_app('user_saml');
        $class = 'OCA\User_SAML\SAMLSettings';
        $is_known = class_exists($class) && defined("$class::IDP_CONFIG_KEYS");
        $found['keys'] = $is_known ? constant("$class::IDP_CONFIG_KEYS") : [];
        $urls = service(\OCP\IURLGenerator::class);
        $routes = [
            'entity_id' => 'getMetadata', 'acs_url' => 'assertionConsumerService', 'slo_url' => 'singleLogoutService',
        ];
        foreach ($routes as $name => $route) {
            $found['addresses'][$name] = $urls->linkToRouteAbsolute('user_saml.SAML.' . $route);
        }
    }
    return $found;
}

/** Through the app's own class, as its occ commands do, but with values that no argument list shows. */
function write_saml_providers(array $changes): void {
    $class = 'OCA\User_SAML\SAMLSettings';
    foreach ($changes as $id => $values) {
        if ($values === null) {
            service($class)->delete((int) $id);
            continue;
        }
        $settings = service($class)->get((int) $id);
        foreach ($values as $key => $value) {
            if ($value === null) {
                unset($settings[$key]);
            } else {
                $settings[$key] = $value;
            }
        }
        service($class)->set((int) $id, $settings);
    }
}

function write_saml_settings(array $values): void {
    $config = service(\OCP\IConfig::class);
    foreach ($values as $key => $value) {
        if ($value === null) {
            $config->deleteAppValue('user_saml', $key);
            continue;
        }
        try {
            $config->setAppValue('user_saml', $key, $value);
        } catch (\Throwable $e) {
            // stored with a type, by occ config:app:set --type
            $config->deleteAppValue('user_saml', $key);
            $config->setAppValue('user_saml', $key, $value);
        }
    }
}

/** SAML is switched on last and off first: nobody is sent to an identity provider that is not there. */
function write_saml(array $request): array {
    $settings = (array) $request['settings'];
    $off = array_key_exists('type', $settings) && (string) $settings['type'] === '';
    load_app('user_saml');
    if ($off) {
        write_saml_settings($settings);
    }
    write_saml_providers((array) $request['providers']);
    if (!$off) {
        write_saml_settings($settings);
    }
    return [];
}
