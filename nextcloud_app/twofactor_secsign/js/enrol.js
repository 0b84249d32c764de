// SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

/* Enrolment, at login and in the personal settings: QR code, request to the phone, wait, done. */
(() => {
	'use strict'

	const SVG = 'http://www.w3.org/2000/svg'
	const QUIET = 4

	/** Characters that a query may hold as they are stay so: this is read by an app on a phone. */
	const encode = (text) => encodeURIComponent(text).replace(/%40|%3A|%2F/g, decodeURIComponent)

	const drawCode = (content) => {
		window.qrcode.stringToBytes = window.qrcode.stringToBytesFuncs['UTF-8']
		const code = window.qrcode(0, 'M')
		code.addData(content)
		code.make()
		const count = code.getModuleCount()
		let path = ''
		for (let row = 0; row < count; row++) {
			for (let column = 0; column < count; column++) {
				if (code.isDark(row, column)) {
					path += `M${column + QUIET},${row + QUIET}h1v1h-1z`
				}
			}
		}
		const svg = document.createElementNS(SVG, 'svg')
		const side = count + 2 * QUIET
		svg.setAttribute('viewBox', `0 0 ${side} ${side}`)
		svg.setAttribute('shape-rendering', 'crispEdges')
		svg.setAttribute('aria-hidden', 'true')
		const dark = document.createElementNS(SVG, 'path')
		dark.setAttribute('d', path)
		svg.append(dark)
		return svg
	}

	const start = () => {
		const page = document.querySelector('.secsign-enrol')
		if (!page) {
			return
		}
		const form = page.querySelector('.secsign-ask')
		const wanted = page.querySelector('#secsign-wanted')
		const status = page.querySelector('.secsign-status')
		const waiting = page.querySelector('.secsign-waiting')
		const code = page.querySelector('.secsign-qr')

		const secSignId = () => (wanted ?? page.querySelector('.secsign-proposal')).value.trim().toLowerCase()
		const show = () => {
			const content = `com.secsign.secsignid://create?idserverurl=${encode(page.dataset.server)}&secsignid=${encode(secSignId())}`
			code.replaceChildren(drawCode(content))
			code.dataset.content = content
			page.querySelector('.secsign-link').href = content
		}
		if (code) {
			show()
			wanted?.addEventListener('input', show)
		}

		form.addEventListener('submit', async (event) => {
			event.preventDefault()
			form.hidden = true
			window.secsignApproval.say(status, page.dataset.asking)
			const done = await enrol()
			if (!done) {
				form.hidden = false
				waiting.hidden = true
				form.querySelector('button').focus()
			}
		})

		const enrol = async () => {
			const { ok, data } = await window.secsignSend(page.dataset.startUrl, { secSignId: wanted ? secSignId() : '' })
			window.secsignApproval.say(status, data.message ?? page.dataset.offline)
			if (!ok) {
				return false
			}
			waiting.querySelector('img').src = `data:image/png;base64,${data.accessPass}`
			waiting.hidden = false
			if (await window.secsignApproval.wait(page.dataset.pollUrl, status, page.dataset.offline) !== 'approved') {
				return false
			}
			const finished = await window.secsignSend(page.dataset.finishUrl)
			window.secsignApproval.say(status, finished.data.message ?? page.dataset.offline)
			if (!finished.ok || finished.data.outcome !== 'done') {
				return false
			}
			if (page.dataset.nextUrl) {
				// Nextcloud's own set-up page takes no more from somebody who has a second factor now
				const next = new URL(page.dataset.nextUrl, window.location.href)
				const back = new URLSearchParams(window.location.search).get('redirect_url')
				if (back) {
					next.searchParams.set('redirect_url', back)
				}
				window.location.assign(next)
			} else {
				window.location.reload()
			}
			return true
		}

		const off = document.querySelector('.secsign-disable')
		off?.addEventListener('submit', async (event) => {
			event.preventDefault()
			const { ok, data } = await window.secsignSend(off.dataset.url)
			window.secsignApproval.say(off.querySelector('.secsign-status'), data.message ?? page.dataset.offline)
			if (ok) {
				window.location.reload()
			}
		})
	}

	if (document.readyState === 'loading') {
		document.addEventListener('DOMContentLoaded', start)
	} else {
		start()
	}
})()
