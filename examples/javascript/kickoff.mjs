// Kick off a workflow from Node.js with the npm package oauth-1.0a and read its output.
//
//   KICKOFF_URL=http://127.0.0.1:8080/gallery KICKOFF_KEY=... KICKOFF_SECRET=... node kickoff.mjs
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'

const OAuth = createRequire(import.meta.url)('oauth-1.0a')
const api = process.env.KICKOFF_URL.replace(/\/+$/, '') + '/api/'
const consumer = { key: process.env.KICKOFF_KEY, secret: process.env.KICKOFF_SECRET }
const oauth = new OAuth({
  consumer,
  signature_method: 'HMAC-SHA1',
  hash_function: (base, key) => createHmac('sha1', key).update(base).digest('base64'),
})

async function call(method, path, body) {
  const url = api + path
  const headers = { ...oauth.toHeader(oauth.authorize({ url, method })) }
  if (body) headers['Content-Type'] = 'application/json'
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) })
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.json()).message}`)
  return answer
}

const apps = await (await call('GET', 'v1/workflows/subscription/?search=Sales%20Explorer&packageType=0')).json()
const app = apps[0].id
console.log(apps.length, 'app:', apps[0].metaInfo.name)

for (const q of await (await call('GET', `v1/workflows/${app}/questions/`)).json()) console.log(' ', q.name, '=', q.value)

const questions = [{ name: 'Region', value: 'West' }, { name: 'Minimum Quantity', value: '2' }]
let job = await (await call('POST', `v1/workflows/${app}/jobs/`, { questions })).json()
while (job.status !== 'Completed') {
  await new Promise((done) => setTimeout(done, 200))
  job = await (await call('GET', `v1/jobs/${job.id}/`)).json()
}
if (job.disposition !== 'Success') throw new Error(JSON.stringify(job))

const output = job.outputs[0]
const csv = await (await call('GET', `v1/jobs/${job.id}/output/${output.id}/?format=Csv`)).text()
const lines = csv.trimEnd().split('\r\n')
for (const line of lines.slice(0, 6)) console.log(line)
console.log(lines.length - 1, 'rows')
