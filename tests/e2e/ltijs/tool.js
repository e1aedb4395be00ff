'use strict'

// A tool on ltijs. What the platform's operator prints comes in the environment, under the names of `register_tool`.
// After a launch it does what the first line of its standard input asked for, or what the launch's address asks for by
// `?job=…`, and answers with JSON.

const { Provider } = require('ltijs')
const { Memory } = require('./memory')

const { ISSUER, AUTH_LOGIN_URL, TOKEN_URL, JWKS_URL, CLIENT_ID, TOOL_PORT } = process.env

// What the tool can be asked to do with the token of a launch.
const jobs = {
  async score (token, { points, maximum, comment }) {
    const score = { scoreGiven: points, scoreMaximum: maximum, comment, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }
    return Provider.Grade.submitScore(token, token.platformContext.endpoint.lineitem, score)
  },

  async twoItems (token, { points }) {
    const grades = Provider.Grade
    const made = []
    for (const [index, label] of ['Draft', 'Essay'].entries()) {
      const item = { label, scoreMaximum: 20, tag: 'essay', resourceId: `part ${index + 1}` }
      made.push(await grades.createLineItem(token, item, { resourceLinkId: true }))
    }
    for (const [index, item] of made.entries()) {
      await grades.submitScore(token, item.id, { scoreGiven: points[index], activityProgress: 'Completed', gradingProgress: 'FullyGraded' })
    }
    const found = await grades.getLineItems(token, { resourceLinkId: true, tag: 'essay', limit: 1 })
    const more = found.next ? (await grades.getLineItems(token, { url: found.next })).lineItems : []
    const renamed = await grades.updateLineItemById(token, made[0].id, { ...made[0], label: 'First draft' })
    const results = await grades.getScores(token, made[1].id, { userId: token.user })
    await grades.deleteLineItemById(token, made[0].id)
    return { made, found: [...found.lineItems, ...more], renamed, results: results.scores }
  },

  async createLineItem (token) {
    return Provider.Grade.createLineItem(token, { label: 'Of my own', scoreMaximum: 10 }, { resourceLinkId: true })
  }
}

async function work (token, job, options) {
  try {
    return { done: await jobs[job](token, options) }
  } catch (error) {
    const response = error.response
    return { refused: response ? { status: response.statusCode, body: response.body } : String(error.stack) }
  }
}

async function main () {
  Provider.setup('a key for the cookies of this run', { plugin: new Memory() }, { cookies: { secure: false, sameSite: 'Lax' } })
  Provider.onConnect((token, _request, response) => response.json({ user: token.user, endpoint: token.platformContext.endpoint }))
  Provider.app.post('/jobs/:job', async (request, response) => {
    response.json(await work(response.locals.token, request.params.job, request.body))
  })
  await Provider.deploy({ port: Number(TOOL_PORT), silent: true })
  const platform = await Provider.registerPlatform({
    url: ISSUER,
    name: 'The sandbox',
    clientId: CLIENT_ID,
    authenticationEndpoint: AUTH_LOGIN_URL,
    accesstokenEndpoint: TOKEN_URL,
    authConfig: { method: 'JWK_SET', key: JWKS_URL }
  })
  await platform.platformActive(true)
  console.log('ready')
}

// The tool never outlives the tests that started it.
process.stdin.on('end', () => process.exit(0)).resume()
main().catch((error) => {
  console.error(error)
  process.exit(1)
})
