// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/* The administration page: settings, a look at the ID server, and users a page at a time. */
(() => {
	'use strict'

	const start = () => {
		const page = document.getElementById('secsign-admin')
		if (!page) {
			return
		}
		const { say } = window.secsignApproval
		const settings = page.querySelector('.secsign-settings')
		const status = settings.querySelector('.secsign-status')
		const usersStatus = page.querySelector('.secsign-users-status')

		const send = async (url, fields, where) => {
			say(where, page.dataset.asking)
			const { ok, data } = await window.secsignSend(url, fields).catch(() => ({ ok: false, data: {} }))
			say(where, data.message ?? page.dataset.failed)
			return ok
		}

		const values = () => Object.fromEntries([...settings.elements].filter((field) => field.name).map((field) => {
			if (field.type === 'checkbox') {
				return [field.name, field.checked]
			}
			return [field.name, field.dataset.list ? field.value.split('\n') : field.value]
		}))

		settings.addEventListener('submit', (event) => {
			event.preventDefault()
			send(page.dataset.saveUrl, { settings: values() }, status)
		})
		settings.querySelector('.secsign-check').addEventListener('click', () => send(page.dataset.checkUrl, {}, status))

		const body = page.querySelector('tbody')
		const template = page.querySelector('template')
		const previous = page.querySelector('.secsign-previous')
		const next = page.querySelector('.secsign-next')
		const query = page.querySelector('#secsign-query')
		const before = []
		let search = ''
		let offset = 0
		let following = null

		const rowOf = (user) => {
			const row = template.content.firstElementChild.cloneNode(true)
			const [id, on] = row.querySelectorAll('input')
			const name = user.displayName === user.uid ? user.uid : `${user.displayName} (${user.uid})`
			row.querySelector('th').textContent = name
			for (const field of [id, on]) {
				field.setAttribute('aria-label', `${field.getAttribute('aria-label')}: ${name}`)
			}
			id.value = user.secSignId
			on.checked = user.enabled
			row.querySelector('button').addEventListener('click', () => {
				send(page.dataset.assignUrl, { uid: user.uid, secSignId: id.value, enabled: on.checked }, usersStatus)
			})
			return row
		}

		const load = async () => {
			say(usersStatus, page.dataset.asking)
			try {
				const url = `${page.dataset.usersUrl}?${new URLSearchParams({ search, offset })}`
				const response = await fetch(url, { headers: { Accept: 'application/json', requesttoken: document.head.dataset.requesttoken } })
				if (!response.ok) {
					throw new Error(String(response.status))
				}
				const data = await response.json()
				following = data.next
				body.replaceChildren(...data.users.map(rowOf))
				say(usersStatus, data.users.length ? '' : page.dataset.nobody)
			} catch {
				say(usersStatus, page.dataset.failed)
			}
			previous.disabled = before.length === 0
			next.disabled = following === null
		}

		next.addEventListener('click', () => {
			before.push(offset)
			offset = following
			load()
		})
		previous.addEventListener('click', () => {
			offset = before.pop()
			load()
		})
		page.querySelector('.secsign-search').addEventListener('submit', (event) => {
			event.preventDefault()
			search = query.value
			offset = 0
			before.length = 0
			load()
		})
		load()
	}

	if (document.readyState === 'loading') {
		document.addEventListener('DOMContentLoaded', start)
	} else {
		start()
	}
})()
