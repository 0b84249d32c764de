// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/*
 * Sends a request to the server; where Nextcloud wants the password confirmed first, asks for it and sends again.
 */
window.secsignSend = (() => {
	'use strict'

	const askForPassword = (dialog) => new Promise((resolve) => {
		const form = dialog.querySelector('form')
		const input = dialog.querySelector('input')
		const wrong = dialog.querySelector('.secsign-wrong')
		input.value = ''
		wrong.hidden = true
		const finish = (confirmed) => {
			form.onsubmit = null
			dialog.onclose = null
			input.value = ''
			dialog.close()
			resolve(confirmed)
		}
		form.onsubmit = async (event) => {
			event.preventDefault()
			const { ok } = await window.secsignApproval.post(dialog.dataset.url, { password: input.value })
			if (ok) {
				finish(true)
			} else {
				wrong.hidden = false
				input.select()
			}
		}
		dialog.querySelector('.secsign-cancel').onclick = () => finish(false)
		dialog.onclose = () => finish(false)
		dialog.showModal()
		input.focus()
	})

	return async (url, fields) => {
		const answer = await window.secsignApproval.post(url, fields)
		const dialog = document.querySelector('dialog.secsign-confirm')
		if (answer.status !== 403 || !dialog || !await askForPassword(dialog)) {
			return answer
		}
		return window.secsignApproval.post(url, fields)
	}
})()
