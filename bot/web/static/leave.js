// Leaving in a hurry: the link, Escape, or Shift three times. No trace but the browser's own history.

const OFF = 'keys-off'
const PRESSES = 3
const WITHIN = 5000 // milliseconds

export function offerLeaving () {
  const link = document.querySelector('[data-leave]')
  if (!link) return
  let leaving = false
  let shifts = []

  const leave = event => {
    // Also on later presses: the browser's own Escape would stop the other page from loading.
    event.preventDefault()
    if (leaving) return
    leaving = true
    document.documentElement.classList.add('app-leaving')
    document.title = link.dataset.title
    try {
      sessionStorage.clear()
      navigator.sendBeacon(link.pathname)
    } catch {
      // Whatever fails, the page must go.
    }
    location.replace(link.dataset.leave)
  }

  const pressed = event => {
    if (leaving && event.key === 'Escape') return event.preventDefault()
    if (event.isComposing || keysAreOff()) return
    if (event.key === 'Escape') return leave(event)
    if (event.key !== 'Shift') {
      shifts = []
    } else if (!event.repeat) {
      const now = Date.now()
      shifts = [...shifts.filter(at => now - at < WITHIN), now]
      if (shifts.length >= PRESSES) leave(event)
    }
  }

  link.addEventListener('click', leave)
  document.addEventListener('keydown', pressed, true)
  // A page kept whole in the browser's memory must not come back with the chat on it.
  window.addEventListener('pageshow', event => { if (event.persisted) location.reload() })
  offerSwitch()
}

export function keysAreOff () {
  try {
    return sessionStorage.getItem(OFF) !== null
  } catch {
    return false
  }
}

function offerSwitch () {
  const setting = document.querySelector('[data-keys]')
  const box = setting?.querySelector('input')
  if (!box) return
  setting.hidden = false
  box.checked = !keysAreOff()
  box.addEventListener('change', () => {
    try {
      if (box.checked) sessionStorage.removeItem(OFF)
      else sessionStorage.setItem(OFF, '')
    } catch {
      box.checked = true // nothing can be remembered here
    }
  })
}
