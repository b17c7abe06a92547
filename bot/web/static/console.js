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

// Words that were not sent yet are not lost to a stray click, nor to another form of the page.
let sending = null
addEventListener('submit', (event) => { sending = event.defaultPrevented ? sending : event.target })
addEventListener('beforeunload', (event) => {
  const areas = [...document.querySelectorAll('textarea:not([readonly])')]
  if (areas.some((area) => area.form !== sending && area.value !== area.defaultValue)) event.preventDefault()
})

// "Saved" is said once: reloading the page does not say it again.
const address = new URL(location)
if (address.searchParams.has('done')) {
  address.searchParams.delete('done')
  history.replaceState(null, '', address)
}
