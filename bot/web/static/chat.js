// Sends without leaving the page, shows at once what was sent, and lets new lines stream in.
import { keysAreOff } from './leave.js'

const PATIENCE = 45000 // milliseconds; longer than the server's own
const UPLOAD_PATIENCE = 200000
const SAY_AGAIN = 4000 // milliseconds between two notices that the resident is typing to a person
const TYPING_LASTS = 6000 // milliseconds that the person's typing is shown
const AGAIN = 5000 // milliseconds before a refused stream is opened once more

export function openChat () {
  const log = document.querySelector('[data-log]')
  const composer = document.querySelector('[data-composer]')
  if (log && composer) new Chat(log, composer).open()
}

class Chat {
  constructor (log, composer) {
    this.log = log
    this.lines = log.querySelector('ol')
    this.composer = composer
    this.box = composer.querySelector('textarea')
    this.state = composer.querySelector('[data-state]')
    this.problems = document.querySelector('[data-problems]')
    this.sending = false
    this.waiting = []
    this.held = 0 // messages that the server holds and has not recorded yet
  }

  open () {
    document.addEventListener('submit', event => {
      if (!event.target.matches('[data-say]')) return
      // A browser that does not say which button was pressed sends the form its own way.
      if (!event.submitter && event.target !== this.composer) return
      event.preventDefault()
      this.send(event.target, event.submitter)
    })
    this.box.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      if (event.isComposing || keysAreOff()) return
      event.preventDefault()
      this.composer.requestSubmit()
    })
    this.box.addEventListener('input', event => this.tellTyping(event.timeStamp))
    window.addEventListener('pagehide', () => this.stream?.close())
    this.listen()
  }

  listen () {
    this.stream = new EventSource(`${this.log.dataset.events}?after=${this.newest()}`)
    this.stream.onmessage = event => {
      // What is being sent comes back in its own answer, which also says where to look.
      if (this.sending) this.waiting.push(event.data)
      else this.recorded(this.add(event.data))
    }
    this.stream.addEventListener('typing', () => this.showTyping())
    this.stream.onerror = () => {
      if (this.stream.readyState === EventSource.CLOSED) setTimeout(() => this.listen(), AGAIN)
    }
  }

  /** Only to a person: what the counter answers to is what was sent. */
  tellTyping (now) {
    const said = this.lines.querySelectorAll('.app-line--counter:not(.app-line--urgent)')
    if (!said.length || !said[said.length - 1].matches('.app-line--person')) return
    if (this.told && now - this.told < SAY_AGAIN) return
    this.told = now
    const body = new URLSearchParams({ token: this.composer.querySelector('[name="token"]').value })
    fetch(this.log.dataset.typingTo, { method: 'POST', body }).catch(() => {}) // the next one tells as much
  }

  showTyping () {
    this.state.textContent = template('[data-typing]').textContent.trim()
    clearTimeout(this.hiding)
    this.hiding = setTimeout(() => { this.state.textContent = '' }, TYPING_LASTS)
  }

  async send (form, button) {
    if (this.sending) return
    this.sending = true
    const data = new FormData(form)
    if (button?.name) data.set(button.name, button.value)
    const text = form === this.composer ? this.box.value : ''
    this.showPending(this.describe(data, text, button))
    const answer = await this.post(form, data)
    this.sending = false
    this.hidePending()
    if (answer?.kept) this.taken(form, answer)
    else this.refused(answer, answer?.held ? '' : text)
    if (answer?.held) {
      this.held += 1
      // The next message is another one; a button pressed again is the same.
      if (form === this.composer) renew(form)
    }
    for (const html of this.waiting.splice(0)) this.recorded(this.add(html))
  }

  /** What was held is in the records when its own line streams in: then the notice is not true. */
  recorded (added) {
    if (!this.held) return
    this.held -= Math.min(this.held, added.filter(line => line.matches('.app-line--you')).length)
    if (!this.held) this.problems.replaceChildren()
  }

  describe (data, text, button) {
    if (data.getAll('photo').some(file => file.size)) return template('[data-picture]').textContent.trim()
    return text || button?.textContent.trim() || ''
  }

  /** The server's answer, or null where none came that can be understood. */
  async post (form, data) {
    const upload = form.enctype === 'multipart/form-data'
    try {
      const response = await fetch(`${form.action}?after=${this.newest()}`, {
        method: 'POST',
        body: upload ? data : new URLSearchParams(data),
        headers: { Accept: 'application/json' },
        signal: AbortSignal.timeout?.(upload ? UPLOAD_PATIENCE : PATIENCE)
      })
      return await response.json()
    } catch {
      return null
    }
  }

  taken (form, answer) {
    this.held = 0
    this.problems.replaceChildren()
    for (const line of this.lines.querySelectorAll('li[id^="m"]')) {
      if (number(line) < answer.oldest || !answer.oldest) line.remove()
    }
    const added = this.add(answer.lines)
    const own = added.findLast(line => line.matches('.app-line--you'))
    const reply = added.find(line => line.matches('.app-line--counter'))
    if (form === this.composer) {
      renew(form)
      if (matchMedia('(pointer: fine)').matches) this.box.focus({ preventScroll: true })
    } else {
      // The pressed button has gone: go on from the reply, or a keyboard would start at the top.
      (reply ?? this.box).focus({ preventScroll: true })
    }
    (own ?? reply)?.scrollIntoView({ block: 'start' })
  }

  refused (answer, text) {
    const shown = answer?.problem ? parse(answer.problem) : template('[data-unsent]')
    this.problems.replaceChildren(shown)
    if (answer?.token) {
      for (const field of document.querySelectorAll('input[name="token"]')) field.value = answer.token
    }
    if (text) this.box.value = this.box.value ? `${text}\n${this.box.value}` : text
    const problem = this.problems.firstElementChild
    problem.tabIndex = -1
    problem.focus()
    for (const link of problem.querySelectorAll('a[href="#text"]')) {
      link.addEventListener('click', event => { event.preventDefault(); this.box.focus() })
    }
  }

  /** Puts lines into the log, each once; those that are new. */
  add (html) {
    const added = []
    for (const line of [...parse(html).children]) {
      if (document.getElementById(line.id) || this.adopt(line)) continue
      if (line.matches('.app-line--counter')) {
        this.closeButtons()
        if (!this.sending) this.state.textContent = ''
      }
      this.lines.append(line)
      added.push(line)
    }
    return added
  }

  /** The welcome is on the page before it is kept: it is not said again. */
  adopt (line) {
    const welcome = this.lines.querySelector('[data-welcome]')
    if (!welcome || words(welcome) !== words(line)) return false
    welcome.id = line.id
    welcome.removeAttribute('data-welcome')
    return true
  }

  closeButtons () {
    for (const form of this.lines.querySelectorAll('form')) form.remove()
  }

  showPending (text) {
    this.state.textContent = template('[data-sending]').textContent.trim()
    if (!text.trim()) return
    const line = template('[data-pending]').firstElementChild
    line.querySelector('.app-line__words').textContent = text
    this.lines.append(line)
    this.pending = line
    this.box.value = this.box.value === text ? '' : this.box.value
    line.scrollIntoView({ block: 'nearest' })
  }

  hidePending () {
    this.state.textContent = ''
    this.pending?.remove()
    this.pending = null
  }

  newest () {
    return Math.max(0, ...[...this.lines.querySelectorAll('li[id^="m"]')].map(number))
  }
}

function number (line) {
  return Number(line.id.slice(1))
}

function words (line) {
  return line.querySelector('.app-line__words')?.textContent
}

function parse (html) {
  const holder = document.createElement('template')
  holder.innerHTML = html // made by our own templates, which escape what residents type
  return holder.content
}

function template (selector) {
  return document.querySelector(selector).content.cloneNode(true)
}

/** A new id for the next message; getRandomValues also works where there is no https. */
function renew (form) {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const id = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  form.querySelector('input[name="event"]').value = id
}
