// On every page of a reader who is signed in: the service worker, what is still to be sent, and signing out without leaving anything behind.

import { keepSending } from './outbox.js'
import { forget, unsent } from './store.js'

const PAGES = 'ovop-pages'
const leave = document.querySelector('form[action="/sign-out"]')
const { person } = leave.dataset

async function forgetPages() {
  if (window.caches) await caches.delete(PAGES)
}

/** Another person's pages are not shown to whoever signs in after them on the same phone. */
async function welcome() {
  if (localStorage.getItem('ovop-person') !== person) await forgetPages()
  localStorage.setItem('ovop-person', person)
}

leave.addEventListener('submit', async (event) => {
  event.preventDefault()
  if ((await unsent(person)) && !confirm(leave.dataset.unsent)) return
  await forget(person)
  await forgetPages()
  localStorage.removeItem('ovop-person')
  leave.submit()
})

welcome()
navigator.serviceWorker?.register('/sw.js')
if (!document.querySelector('form[data-form]')) keepSending(person) // a form begins itself, once its own draft is back in it
