// What the residents' pages do beyond plain HTML; without this file everything still works.
import { initAll } from './govuk-frontend.min.js'
import { openChat } from './chat.js'
import { offerLeaving } from './leave.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
offerLeaving()
initAll()
openChat()
