<?php

declare(strict_types=1);

// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

namespace OCA\TwoFactorSecSign\Tests\Unit\Service;

use OCA\TwoFactorSecSign\IdServer\BadAnswerException;
use OCA\TwoFactorSecSign\IdServer\SessionState;
use OCA\TwoFactorSecSign\IdServer\UnreachableException;
use OCA\TwoFactorSecSign\Service\Approvals;
use OCA\TwoFactorSecSign\Service\ApprovalStore;
use OCA\TwoFactorSecSign\Service\Purpose;
use OCA\TwoFactorSecSign\Service\TooManyRequestsException;
use OCA\TwoFactorSecSign\Tests\Unit\FakeSession;
use OCA\TwoFactorSecSign\Tests\Unit\ServerTestCase;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Security\ISecureRandom;
use OCP\Security\RateLimiting\ILimiter;
use OCP\Security\RateLimiting\IRateLimitExceededException;
use PHPUnit\Framework\Attributes\DataProvider;

/** What an approval is bound to, and that it is used once. */
final class ApprovalsTest extends ServerTestCase {
	private FakeSession $session;
	private int $now = 1000;
	private int $requests = 0;

	protected function setUp(): void {
		$this->session = new FakeSession();
	}

	private function approvals(): Approvals {
		$clock = $this->createStub(ITimeFactory::class);
		$clock->method('getTime')->willReturnCallback(fn (): int => $this->now);
		$random = $this->createStub(ISecureRandom::class);
		$random->method('generate')->willReturnCallback(
			static fn (int $length): string => bin2hex(random_bytes(intdiv($length, 2))),
		);
		$limiter = $this->createStub(ILimiter::class);
		$limiter->method('registerUserRequest')->willReturnCallback(function (string $id, int $limit): void {
			if (++$this->requests > $limit) {
				throw new class extends \Exception implements IRateLimitExceededException {
				};
			}
		});
		return new Approvals($this->idServer(), new ApprovalStore($this->session), $clock, $random, $limiter);
	}

	private function started(string $uid = 'anna'): Approvals {
		$this->answers = [self::created('anna%40corp')];
		$approvals = $this->approvals();
		$approvals->start(Purpose::Challenge, $this->user($uid), 'anna@corp');
		return $approvals;
	}

	private function redeem(
		Approvals $approvals,
		string $uid = 'anna',
		string $id = 'anna@corp',
		Purpose $purpose = Purpose::Challenge,
	): ?SessionState {
		return $approvals->redeem($purpose, $this->user($uid), $id);
	}

	public function testApprovedIsUsedOnce(): void {
		$approvals = $this->started();
		$this->answers = [[200, 'authsessionstate=3'], [200, 'authsessionstate=8']];
		self::assertSame(SessionState::Authenticated, $this->redeem($approvals));
		$about = ['secsignid' => 'anna@corp', 'authsessionid' => '77', 'requestid' => 'AB77'];
		self::assertSame($about, array_slice($this->asked[1]['fields'], 2));
		self::assertSame('ReqReleaseAuthSession', $this->asked[2]['fields']['apimethod']);
		self::assertNull($this->redeem($approvals), 'spent');
		self::assertSame([], $this->session->values);
	}

	public function testAReplayedSessionFileIsOfAnotherLogin(): void {
		$approvals = $this->started();
		$kept = $this->session->values;
		$this->session->id = 'second';
		$this->session->values = $kept;
		self::assertNull($this->redeem($approvals));
		self::assertCount(1, $this->asked, 'the ID server is not even asked');
	}

	/** @dataProvider strangers */
	#[DataProvider('strangers')]
	public function testBinding(string $uid, string $id, Purpose $purpose): void {
		$approvals = $this->started();
		$this->answers = [[200, 'authsessionstate=6']]; // a cancellation may be sent
		self::assertNull($this->redeem($approvals, $uid, $id, $purpose));
		self::assertNotContains('ReqGetAuthSessionState', $this->methods());
	}

	public static function strangers(): array {
		return [
			'another account' => ['bert', 'anna@corp', Purpose::Challenge],
			'another SecSign ID by now' => ['anna', 'other@corp', Purpose::Challenge],
			'another purpose' => ['anna', 'anna@corp', Purpose::LoginSetup],
			'yet another purpose' => ['anna', 'anna@corp', Purpose::Personal],
		];
	}

	public function testAnApprovalPutUnderAnotherKeyIsNotTaken(): void {
		$approvals = $this->started();
		$this->session->values['twofactor_secsign.personal'] = $this->session->values['twofactor_secsign.challenge'];
		self::assertNull($this->redeem($approvals, purpose: Purpose::Personal));
	}

	public function testTamperedAnswersLoseNothingAndOpenNothing(): void {
		$approvals = $this->started();
		$tampered = [
			'authsessionid=78&authsessionstate=3',
			'secsignid=thief&authsessionstate=3',
			'requestid=X&authsessionstate=3',
			'authsessionstate=33',
		];
		foreach ($tampered as $body) {
			$this->answers = [[200, $body]];
			try {
				$this->redeem($approvals);
				self::fail("taken: $body");
			} catch (BadAnswerException) {
			}
		}
		$this->answers = [[200, 'authsessionstate=3&authsessionid=77'], [200, 'authsessionstate=8']];
		self::assertSame(SessionState::Authenticated, $this->redeem($approvals));
	}

	public function testWhatThePollSawIsAskedAgain(): void {
		$approvals = $this->started();
		$this->answers = [[200, 'authsessionstate=3'], [200, 'authsessionstate=4']];
		self::assertSame(SessionState::Authenticated, $approvals->poll(Purpose::Challenge, $this->user('anna'))->state);
		self::assertSame(SessionState::Denied, $this->redeem($approvals));
		self::assertSame(SessionState::Denied, $this->redeem($approvals), 'what has ended stays ended, without asking');
	}

	/** @dataProvider ends */
	#[DataProvider('ends')]
	public function testEnded(SessionState $state): void {
		$approvals = $this->started();
		$this->answers = [[200, "authsessionstate=$state->value"]];
		self::assertSame($state, $this->redeem($approvals));
		self::assertSame($state, $approvals->current(Purpose::Challenge, $this->user('anna'))->state);
		self::assertSame($state, $this->redeem($approvals));
	}

	public static function ends(): array {
		return array_map(static fn (SessionState $state): array => [$state], [
			SessionState::Expired,
			SessionState::Denied,
			SessionState::Suspended,
			SessionState::Cancelled,
			SessionState::Invalid,
		]);
	}

	public function testUndecidedStays(): void {
		$approvals = $this->started();
		foreach ([0, 1, 7] as $state) {
			$this->answers = [[200, "authsessionstate=$state"]];
			self::assertTrue($this->redeem($approvals)->isOpen());
		}
	}

	public function testTooOldIsOver(): void {
		$approvals = $this->started();
		$this->now += Approvals::MAX_AGE + 1;
		$this->answers = [[200, 'authsessionstate=6']];
		self::assertSame(SessionState::Expired, $this->redeem($approvals));
		self::assertSame('ReqCancelAuthSession', $this->asked[1]['fields']['apimethod']);
		self::assertCount(2, $this->asked);
	}

	public function testApprovedButTooOldIsOver(): void {
		$approvals = $this->started();
		$this->answers = [[200, 'authsessionstate=3'], [200, 'authsessionstate=6']];
		$approvals->poll(Purpose::Challenge, $this->user('anna'));
		$this->now += Approvals::MAX_AGE + 1;
		self::assertSame(SessionState::Expired, $this->redeem($approvals));
	}

	public function testAClockSetBackIsNoLongerLife(): void {
		$approvals = $this->started();
		$this->now -= 10;
		$this->answers = [[200, 'authsessionstate=6']];
		self::assertSame(SessionState::Expired, $this->redeem($approvals));
	}

	public function testPollingIsThrottled(): void {
		$approvals = $this->started();
		for ($second = 0; $second < 60; $second++) {
			for ($i = 0; $i < 5; $i++) {
				$this->answers = [[200, 'authsessionstate=1']];
				$approvals->poll(Purpose::Challenge, $this->user('anna'));
			}
			$this->now++;
		}
		$polls = array_keys($this->methods(), 'ReqGetAuthSessionState', true);
		self::assertCount(15 + 22, $polls, 'of 300 questions, one a second at first, then every other second');
	}

	public function testOneQuestionInFlight(): void {
		$approvals = $this->started();
		$this->answers = [new \RuntimeException('slow, then gone'), new \RuntimeException('gone too')];
		$stored = &$this->session->values['twofactor_secsign.challenge'];
		$stored['busyUntil'] = $this->now + 5;
		$second = $approvals->poll(Purpose::Challenge, $this->user('anna'));
		self::assertSame(SessionState::Pending, $second->state);
		self::assertCount(1, $this->asked, 'another process is asking');
		$this->now += 5;
		try {
			$approvals->poll(Purpose::Challenge, $this->user('anna'));
			self::fail('the problem has to be told');
		} catch (UnreachableException) {
		}
		$stored = $this->session->values['twofactor_secsign.challenge'];
		self::assertSame(0, $stored['busyUntil'], 'a failure does not block the next');
		self::assertFalse($this->session->open, 'the lock is let go');
	}

	public function testANewRequestEndsTheOldOne(): void {
		$approvals = $this->started();
		$this->answers = [[200, 'authsessionstate=6'], self::created('anna%40corp', '78')];
		$approvals->start(Purpose::Challenge, $this->user('anna'), 'anna@corp');
		self::assertSame(['ReqRequestAuthSession', 'ReqCancelAuthSession', 'ReqRequestAuthSession'], $this->methods());
		self::assertSame('77', $this->asked[1]['fields']['authsessionid']);
		self::assertSame('78', $approvals->current(Purpose::Challenge, $this->user('anna'))->session->authSessionId);
	}

	public function testThePhoneIsNotWornDown(): void {
		$approvals = $this->approvals();
		for ($i = 0; $i < 10; $i++) {
			$this->answers = [...($i ? [[200, 'authsessionstate=6']] : []), self::created('anna%40corp')];
			$approvals->start(Purpose::Challenge, $this->user('anna'), 'anna@corp');
		}
		$this->answers = [[200, 'authsessionstate=6']];
		$this->expectException(TooManyRequestsException::class);
		$approvals->start(Purpose::Challenge, $this->user('anna'), 'anna@corp');
	}

	public function testGarbageInTheSessionIsNothing(): void {
		$approvals = $this->approvals();
		foreach ([null, 'x', 3, [], ['session' => []], ['session' => ['secSignId' => 'anna@corp']]] as $garbage) {
			$this->session->values['twofactor_secsign.challenge'] = $garbage;
			self::assertNull($this->redeem($approvals));
		}
	}
}
