<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: GPL-3.0-or-later

namespace SecSign\Bridge\Tests;

use function SecSign\Bridge\certificate_facts;
use function SecSign\Bridge\pem;
use function SecSign\Bridge\read_saml;
use function SecSign\Bridge\without_key;
use function SecSign\Bridge\write_saml;

final class SamlTest extends BridgeTestCase {
    private static string $key = '';
    private static string $certificate = '';
    private static string $other_key = '';

    public static function setUpBeforeClass(): void {
        $config = tempnam(sys_get_temp_dir(), 'openssl');
        file_put_contents($config, "[req]\ndistinguished_name = dn\n[dn]\n"); // a machine may have none
        $options = ['config' => $config, 'digest_alg' => 'sha256', 'private_key_bits' => 2048];
        $key = openssl_pkey_new($options);
        $request = openssl_csr_new(['commonName' => 'idp.example'], $key, $options);
        openssl_x509_export(openssl_csr_sign($request, null, $key, 10, $options), self::$certificate);
        openssl_pkey_export($key, self::$key, null, $options);
        $curve = ['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1'] + $options;
        openssl_pkey_export(openssl_pkey_new($curve), self::$other_key, null, $options);
        unlink($config);
    }

    public function testAPrivateKeyIsOnlyADigest(): void {
        $settings = without_key(['sp-privateKey' => "-----BEGIN\n abc", 'idp-entityId' => 'x']);
        $digest = 'sha256:' . hash('sha256', '-----BEGINabc');
        self::assertSame(['sp-privateKey' => $digest, 'idp-entityId' => 'x'], $settings);
        self::assertSame(['sp-privateKey' => ''], without_key(['sp-privateKey' => '']));
        self::assertSame([], without_key([]));
    }

    public function testACertificateInAnyForm(): void {
        $certificate = self::$certificate;
        $bare = preg_replace('/-----[^-]*-----|\s+/', '', $certificate);
        foreach ([$certificate, $bare, wordwrap($bare, 20, "\r\n", true)] as $form) {
            self::assertSame($certificate, pem($form));
            $facts = certificate_facts($form);
            self::assertSame(2048, $facts['rsa_bits']);
            self::assertSame(openssl_x509_fingerprint($certificate, 'sha256'), $facts['sha256']);
            self::assertStringContainsString('CN=idp.example', $facts['subject']);
            self::assertSame(10 * 86400, $facts['not_after'] - $facts['not_before']);
        }
        self::assertNull(certificate_facts('rubbish'));
        self::assertNull(certificate_facts(''));
    }

    public function testReadSaml(): void {
        $certificate = self::$certificate;
        $pairs = [[$certificate, self::$key], [$certificate, self::$other_key], [$certificate, 'x']];
        $found = read_saml(['certificates' => ['', $certificate, 'rubbish'], 'pairs' => $pairs]);
        $digests = [hash('sha256', $certificate), hash('sha256', 'rubbish')];
        self::assertSame($digests, array_keys((array) $found['certificates']));
        self::assertNull($found['certificates']->{$digests[1]});
        self::assertSame(['fits', 'other', 'unreadable'], $found['pairs']);
        self::assertSame([null, null, []], [$found['keys'], $found['addresses'], (array) $found['providers']]);
    }

    public function testSamlIsSwitchedOnLastAndOffFirst(): void {
        $log = new \ArrayObject();
        \OC::$server->add('OCA\User_SAML\SAMLSettings', new class ($this->config, $log) {
            private FakeConfig $config;
            private \ArrayObject $log;

            public function __construct(FakeConfig $config, \ArrayObject $log) {
                $this->config = $config;
                $this->log = $log;
            }

            public function get(int $id): array {
                return ['idp-entityId' => 'old', 'kept' => 'x', 'unset' => 'y'];
            }

            public function set(int $id, array $settings): void {
                $this->log[] = [$id, $settings, $this->config->apps['user_saml']['type'] ?? null];
            }

            public function delete(int $id): void {
                $this->log[] = [$id, null, $this->config->apps['user_saml']['type'] ?? null];
            }
        });
        $change = ['1' => ['idp-entityId' => 'new', 'unset' => null]];
        write_saml(['settings' => ['type' => 'saml'], 'providers' => $change]);
        self::assertContains('user_saml', $this->apps->loaded);
        self::assertSame('saml', $this->config->apps['user_saml']['type']);
        write_saml(['settings' => ['type' => ''], 'providers' => ['1' => null]]);
        self::assertSame([[1, ['idp-entityId' => 'new', 'kept' => 'x'], null], [1, null, '']], (array) $log);
    }

    public function testASettingThatIsStoredWithAType(): void {
        $this->config->apps['user_saml'] = ['gone' => 'x', 'number' => 1];
        $this->config->typed = ['number'];
        write_saml(['settings' => ['number' => '2', 'gone' => null], 'providers' => []]);
        self::assertSame(['number' => '2'], $this->config->apps['user_saml']);
    }
}
