// The console works without this; it only saves a step here and there.

// What went wrong is read out, and the next Tab starts from it.
document.querySelector('[data-module="summary"]')?.focus()

// "What came of it" is asked only of a report that is being closed.
const onlyIf = document.querySelector('[data-only-if]')
if (onlyIf) {
  const form = onlyIf.closest('form')
  const follow = () => {
    onlyIf.hidden = new FormData(form).get('status') !== onlyIf.dataset.onlyIf
  }
  form.addEventListener('change', follow)
  follow()
}

// A second click on the same button is a slip. The server would notice as well.
for (const button of document.querySelectorAll('[data-once]')) {
  let sent = 0
  button.form.addEventListener('submit', (event) => {
    if (event.timeStamp - sent < 1500 && sent) event.preventDefault()
    else sent = event.timeStamp
  })
}

// A passkey is made or shown by the browser itself; where it cannot, the button stays hidden.
for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue
  form.hidden = false
  const asked = JSON.parse(form.dataset.asked)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const failed = form.querySelector('[role="alert"]')
    failed.hidden = true
    try {
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) })
      form.elements.credential.value = JSON.stringify(credential)
      form.submit()
    } catch {
      failed.hidden = false
    }
  })
}

// Words that were not sent yet are not lost to a stray click, nor to another form of the page.
let sending = null
addEventListener('submit', (event) => { sending = event.defaultPrevented ? sending : event.target })
addEventListener('beforeunload', (event) => {
  const areas = [...document.querySelectorAll('textarea:not([readonly])')]
  if (areas.some((area) => area.form !== sending && area.value !== area.defaultValue)) event.preventDefault()
})

// A form that was refused leaves the page at the form's own address, which nobody can open or look at
// again: its page's own takes that place.
const own = document.body.dataset.address
if (own && location.pathname !== own) history.replaceState(null, '', own)

// "Saved" is said once: reloading the page does not say it again.
const address = new URL(location)
if (address.searchParams.has('done')) {
  address.searchParams.delete('done')
  address.searchParams.delete('about')
  history.replaceState(null, '', address)
}

// The queue keeps itself up to date. What is being filled in stays, and so does the focus.
const SLOWLY = 1000 // milliseconds between two looks
const AGAIN = 5000 // milliseconds before a refused stream is opened once more
const updating = document.querySelector('[data-live-on]')
if (updating) {
  let stream = null
  let looking = false
  let news = false

  const follow = () => {
    stream = new EventSource(updating.dataset.liveOn)
    stream.addEventListener('typing', () => document.dispatchEvent(new CustomEvent('desk:typing')))
    stream.onmessage = look
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return
      look()
      setTimeout(() => { if (updating.checked) follow() }, AGAIN)
    }
  }
  const look = async () => {
    news = true
    if (looking) return
    looking = true
    while (news) {
      news = false
      await show().catch(() => {}) // the stream will say so when there is something to see again
      await new Promise(resolve => setTimeout(resolve, SLOWLY))
    }
    looking = false
  }
  const show = async () => {
    const response = await fetch(location.href, { headers: { 'X-By-Itself': 'yes' } })
    if (new URL(response.url).pathname === '/login') return location.reload() // signed out meanwhile
    if (!response.ok || !updating.checked) return
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    document.title = page.title
    for (const part of document.querySelectorAll('[data-live]')) {
      if (part.matches('[data-grows]')) {
        grow(part, page.getElementById(part.id))
        continue
      }
      const focused = part.contains(document.activeElement) && mark(document.activeElement)
      const ticked = [...part.querySelectorAll('[name=report]:checked')].map(about)
      const fresh = page.getElementById(part.id)
      for (const box of fresh.querySelectorAll('[name=report]')) box.checked = ticked.includes(about(box))
      part.replaceWith(fresh)
      if (focused) [...fresh.querySelectorAll('a, input')].find((it) => mark(it) === focused)?.focus()
    }
    dispatchEvent(new Event('shown-anew'))
  }
  // The version behind the colon may be another one by then; the report is the same.
  const about = (box) => box.value.split(':')[0]
  const mark = (it) => it.getAttribute('href') || (it.name === 'report' && about(it))

  // Lines that are there stay as they are, so that what is being read or copied does not jump.
  const grow = (list, latest) => {
    const fresh = [...latest?.children ?? []].filter(line => !document.getElementById(line.id))
    if (!fresh.length) return
    list.append(...fresh)
    document.dispatchEvent(new CustomEvent('desk:grown'))
  }

  document.addEventListener('desk:look', look)
  updating.parentElement.hidden = false
  updating.addEventListener('change', () => { stream.close(); if (updating.checked) follow() })
  addEventListener('pagehide', () => stream.close())
  follow()
}

// Copying a report in one go.
const copy = document.querySelector('[data-copy]')
if (copy && navigator.clipboard) {
  const from = document.querySelector('[data-copy-from]')
  copy.hidden = false
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(from.value)
    document.querySelector('[data-copied]').textContent = 'Copied.'
  })
}

// Who else has this report open, and that it has changed. What is being written here stays.
const here = document.querySelector('[data-here]')
if (here) {
  const stream = new EventSource(here.dataset.here)
  stream.addEventListener('here', ({ data }) => {
    const names = JSON.parse(data)
    const have = names.length === 1 ? 'has' : 'have'
    here.textContent = names.length ? `${names.join(', ')} ${have} this report open too.` : ''
  })
  stream.addEventListener('changed', () => { document.getElementById('changed').hidden = false })
  addEventListener('pagehide', () => stream.close())
}
