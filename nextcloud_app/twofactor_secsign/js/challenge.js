// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/* The login page: waits for the phone, then sends the form as the user would. Without scripts the button does it. */
(() => {
	'use strict'

	const start = async () => {
		const page = document.getElementById('secsign-challenge')
		if (!page || !page.dataset.open) {
			return
		}
		const watch = { stopped: false }
		const proceed = page.querySelector('.secsign-proceed')
		proceed.addEventListener('submit', () => { watch.stopped = true })
		const outcome = await window.secsignApproval.wait(page.dataset.pollUrl, page.querySelector('.secsign-status'), page.dataset.offline, watch)
		if (outcome === 'approved') {
			proceed.requestSubmit()
		} else if (outcome === 'ended') {
			page.querySelectorAll('.secsign-open').forEach((element) => { element.hidden = true })
			const again = page.querySelector('.secsign-again')
			again.hidden = false
			again.querySelector('button').focus()
		}
	}

	if (document.readyState === 'loading') {
		document.addEventListener('DOMContentLoaded', start)
	} else {
		start()
	}
})()
