'use strict'

// Makes every public call of the library's grade service, as it is. First it prints the public key that the library
// made for the platform; then it reads, as one line of JSON, what a launch brought, and prints what each call gave.

const readline = require('node:readline')
const { Provider } = require('ltijs')
const { Memory } = require('./memory')

const { ISSUER, AUTH_LOGIN_URL, TOKEN_URL, JWKS_URL, CLIENT_ID } = process.env

// Made, found in each way, read, changed, graded, read back, deleted.
async function workWithItems (grades, token) {
  const told = {}
  const made = []
  for (const number of [1, 2, 3]) {
    const item = { label: `Essay ${number}`, scoreMaximum: 20, tag: 'essay', resourceId: `part ${number}` }
    made.push(await grades.createLineItem(token, item, { resourceLinkId: number < 3 }))
  }
  const [first, second, loose] = made
  told.made = made
  const ids = async (options) => (await grades.getLineItems(token, options)).lineItems.map((item) => item.id)
  told.found = {
    all: await ids({ tag: 'essay' }),
    link: await ids({ resourceLinkId: true }),
    resource: await ids({ resourceId: 'part 2' }),
    both: await ids({ resourceLinkId: true, resourceId: 'part 3' }),
    id: await ids({ id: first.id }),
    label: await ids({ label: 'Essay 3' }),
    none: await ids({ tag: 'Essay' })
  }
  const page = await grades.getLineItems(token, { tag: 'essay', limit: 2 })
  told.pages = [page.lineItems.length, (await grades.getLineItems(token, { url: page.next })).lineItems.length]
  told.read = await grades.getLineItemById(token, second.id)
  told.changed = await grades.updateLineItemById(token, first.id, { ...first, label: 'First draft' })
  const score = { userId: token.user, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }
  told.score = await grades.submitScore(token, second.id, { ...score, scoreGiven: 13 })
  told.scores = (await grades.getScores(token, second.id, { userId: token.user, limit: 1 })).scores
  told.published = await grades.scorePublish(token, { ...score, scoreGiven: 7 }, { id: loose.id })
  const created = { autoCreate: { label: 'Made to score', scoreMaximum: 5, tag: 'auto' }, tag: 'auto' }
  told.autoCreated = await grades.scorePublish(token, { ...score, scoreGiven: 5 }, created)
  told.results = await grades.result(token, { resourceLinkId: false, tag: 'essay' })
  told.deletedOne = await grades.deleteLineItemById(token, first.id)
  told.deleted = await grades.deleteLineItems(token, { resourceLinkId: false, tag: 'essay' })
  told.left = await ids({ tag: 'essay' })
  return told
}

// Everything there is, page by page.
async function followPages (grades, token, { lineItem }) {
  const items = []
  let page = await grades.getLineItems(token)
  for (;;) {
    items.push(page.lineItems)
    if (!page.next) break
    page = await grades.getLineItems(token, { url: page.next })
  }
  const scores = []
  page = await grades.getScores(token, lineItem)
  for (;;) {
    scores.push(page.scores)
    if (!page.next) break
    page = await grades.getScores(token, lineItem, { url: page.next })
  }
  return {
    lineItems: items.flat().map((item) => item.id),
    sizes: items.map((found) => found.length),
    users: scores.flat().map((score) => score.userId),
    scoreSizes: scores.map((found) => found.length)
  }
}

async function main () {
  Provider.setup('a key for the cookies of this run', { plugin: new Memory() }, {})
  await Provider.deploy({ serverless: true, silent: true })
  const platform = await Provider.registerPlatform({
    url: ISSUER,
    name: 'The sandbox',
    clientId: CLIENT_ID,
    authenticationEndpoint: AUTH_LOGIN_URL,
    accesstokenEndpoint: TOKEN_URL,
    authConfig: { method: 'JWK_SET', key: JWKS_URL }
  })
  await platform.platformActive(true)
  console.log(JSON.stringify({ publicKey: await platform.platformPublicKey() }))
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { job, token, options } = JSON.parse(line)
    const jobs = { items: workWithItems, pages: followPages }
    console.log(JSON.stringify(await jobs[job](Provider.Grade, token, options)))
  }
  process.exit(0)
}

main().catch((error) => {
  console.error(error, error.response ? error.response.body : '')
  process.exit(1)
})
