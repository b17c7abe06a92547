// Working the console with single keys, and hearing that something urgent came in. All of it is an
// extra: every page works without. What is switched on or off is remembered in this browser alone.

const box = (name) => document.querySelector(`[data-${name}]`)
const remembered = (name, usual) => (localStorage.getItem(`desk-${name}`) ?? usual) === 'yes'
const remember = (name, on) => localStorage.setItem(`desk-${name}`, on ? 'yes' : 'no')

for (const part of document.querySelectorAll('[data-with-script]')) part.hidden = false
for (const [name, usual] of [['keys', 'yes'], ['chime', 'no']]) {
  const tick = box(name)
  if (!tick) continue
  tick.checked = remembered(name, usual)
  tick.addEventListener('change', () => remember(name, tick.checked))
}

const sheet = box('sheet')
box('sheet-opens')?.addEventListener('click', () => sheet.showModal())

// One report of a list at a time is under the hand.
let at = -1
const rows = () => [...document.querySelectorAll('[data-rows] tbody tr')]
const go = (by) => {
  const all = rows()
  if (!all.length) return
  at = Math.min(Math.max(at + by, 0), all.length - 1)
  for (const row of all) row.classList.toggle('desk-table__on', row === all[at])
  all[at].querySelector('a').focus()
}
const here = () => rows()[at]
addEventListener('shown-anew', () => { at = rows().findIndex((row) => row.contains(document.activeElement)) })

const take = () => {
  const bulk = document.getElementById('bulk')
  if (bulk && here()) {
    for (const tick of bulk.querySelectorAll('[name=report]')) tick.checked = here().contains(tick)
    bulk.querySelector('[name=what]').value = 'take'
    bulk.requestSubmit()
  } else document.querySelector('[data-take]')?.click()
}
const focus = (selector) => {
  const found = document.querySelector(selector)
  found?.closest('details')?.setAttribute('open', '')
  found?.focus()
  return Boolean(found)
}

const keys = {
  j: () => go(1),
  k: () => go(at < 0 ? 1 : -1),
  x: () => here()?.querySelector('[name=report]')?.click(),
  a: take,
  s: () => here() ? location.assign(`${here().querySelector('a').href}#status`) : focus('#status'),
  r: () => focus('#message'),
  n: () => focus('#note'),
  u: () => document.querySelector('.govuk-back-link')?.click(),
  '/': () => focus('[data-find]') || location.assign('/search'),
  '?': () => sheet?.showModal(),
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  if (event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, dialog')) return
  if (!remembered('keys', 'yes') || !keys[event.key]) return
  event.preventDefault()
  keys[event.key]()
})

// The title says how many urgent ones there are; a chime says that there is one more.
const list = () => Number(document.querySelector('[data-live-urgent]')?.dataset.liveUrgent ?? 0)
let urgent = list()
const show = () => {
  const bare = document.title.replace(/^\(\d+\) /, '')
  document.title = list() ? `(${list()}) ${bare}` : bare
}
const chime = () => {
  const context = new AudioContext()
  for (const [start, pitch] of [[0, 660], [0.18, 880]]) {
    const tone = new OscillatorNode(context, { frequency: pitch })
    const loud = new GainNode(context, { gain: 0.12 })
    tone.connect(loud).connect(context.destination)
    tone.start(context.currentTime + start)
    tone.stop(context.currentTime + start + 0.15)
  }
  setTimeout(() => context.close(), 1000)
}
addEventListener('shown-anew', () => {
  if (list() > urgent && remembered('chime', 'no')) chime()
  urgent = list()
  show()
})
show()

const all = document.querySelector('[data-tick-all]')
if (all) {
  all.hidden = false
  document.addEventListener('change', (event) => {
    if (!event.target.matches('[data-tick-all]')) return
    for (const tick of document.querySelectorAll('[name=report]')) tick.checked = event.target.checked
  })
}
addEventListener('shown-anew', () => { const tick = box('tick-all'); if (tick) tick.hidden = false })
