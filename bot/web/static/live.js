// A handler's side of a live chat: sends without leaving the page, and says that somebody is typing.

const SAY_AGAIN = 4000 // milliseconds between two notices that the handler is typing
const LASTS = 6000 // milliseconds that the resident's typing is shown
const form = document.querySelector('[data-write]')
const box = form.querySelector('textarea')
const shown = document.getElementById('typing')

let told = -Infinity
box.addEventListener('input', (event) => {
  if (!box.value || event.timeStamp - told < SAY_AGAIN) return
  told = event.timeStamp
  // It is lost where it does not arrive; the next one tells as much.
  fetch(form.dataset.typing, { method: 'POST', body: fields({ csrf: form.csrf.value }) }).catch(() => {})
})

let hiding = 0
document.addEventListener('desk:typing', () => {
  shown.textContent = 'The resident is typing…'
  clearTimeout(hiding)
  hiding = setTimeout(() => { shown.textContent = '' }, LASTS)
})

// What was said scrolls by itself, so that the box stays in sight; whoever reads further up stays there.
const log = document.querySelector('.desk-live__log')
log.classList.add('desk-live__log--scrolls')
log.tabIndex = 0
log.scrollTop = log.scrollHeight
let atEnd = true
log.addEventListener('scroll', () => { atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60 })
document.addEventListener('desk:grown', () => {
  shown.textContent = ''
  if (atEnd) log.scrollTop = log.scrollHeight
})

let sending = false
let plainly = false
form.addEventListener('submit', async (event) => {
  if (plainly || !box.value.trim()) return // the page says what to do
  event.preventDefault()
  if (sending) return
  sending = true
  const text = box.value
  const answer = await fetch(form.action, { method: 'POST', body: fields(new FormData(form)) }).catch(() => null)
  const page = answer?.redirected && answer.ok && new URL(answer.url).pathname === location.pathname
    ? new DOMParser().parseFromString(await answer.text(), 'text/html')
    : null
  sending = false
  if (!page) {
    // Whatever went wrong, the form sent the usual way says it; sent twice, it counts once.
    plainly = true
    form.requestSubmit()
    plainly = false
    return
  }
  form.once.value = page.querySelector('[data-write] [name="once"]')?.value ?? ''
  told = -Infinity
  if (box.value === text) box.value = ''
  document.dispatchEvent(new CustomEvent('desk:look'))
})

box.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
})

function fields (entries) {
  return new URLSearchParams(entries instanceof FormData ? [...entries] : entries)
}
