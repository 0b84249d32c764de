// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/*
 * Asks the server how an approval stands until it is decided. One question at a time, and the next one when the server
 * says so. Used by all pages of this app; needs nothing of Nextcloud's but the request token in the page's head.
 */
window.secsignApproval = (() => {
	'use strict'

	const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

	const post = async (url, fields = {}) => {
		const response = await fetch(url, {
			method: 'POST',
			credentials: 'same-origin',
			redirect: 'manual',
			headers: {
				'Content-Type': 'application/json',
				Accept: 'application/json',
				'X-Requested-With': 'XMLHttpRequest',
				requesttoken: document.head.dataset.requesttoken,
			},
			body: JSON.stringify(fields),
		})
		let data = null
		try {
			data = await response.json()
		} catch {
			// not JSON: the status shows it
		}
		return { ok: response.ok, status: response.status, data: data ?? {} }
	}

	/** Writes into a live region only when the words change, so that a screen reader does not repeat them. */
	const say = (element, text) => {
		if (element.textContent !== text) {
			element.textContent = text
		}
	}

	/**
	 * @param {string} url where to ask
	 * @param {HTMLElement} status the live region
	 * @param {string} offline what to say while the server does not answer
	 * @param {{stopped: boolean}} watch set `stopped` to end it
	 * @return {Promise<string>} approved, ended or stopped
	 */
	const wait = async (url, status, offline, watch = { stopped: false }) => {
		let failures = 0
		while (!watch.stopped) {
			let seconds = Math.min(2 ** failures, 30)
			try {
				const { ok, data } = await post(url)
				if (watch.stopped) {
					break
				}
				if (!ok || !data.outcome) {
					throw new Error('no usable answer')
				}
				failures = 0
				say(status, data.message)
				if (data.outcome !== 'open') {
					return data.outcome
				}
				seconds = Math.max(data.retryAfter, 1)
			} catch {
				failures++
				say(status, offline)
			}
			await pause(seconds)
		}
		return 'stopped'
	}

	return { post, say, wait }
})()
