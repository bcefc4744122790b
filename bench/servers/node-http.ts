/** The limit of plain node:http: reads, checks, answers with what was said. With STATE=on it keeps a state in Redis by
 *  compare-and-set, and is the limit for whatever remembers. */
import { createHandler, echo, settings } from './codec.ts';
import { listen, queryOf, readBody } from './listen.ts';
import { connectResp } from './resp.ts';
import { createCompareAndSet } from './state.ts';

const account = settings();
const step =
  process.env.STATE === 'on' ? await createCompareAndSet(connectResp(account.redisUrl)) : async () => 0;
const handle = createHandler(account, async ({ from, id, text }) => {
  const at = await step(from, id, text);
  return at === undefined ? undefined : echo(text, at);
});

listen(async (request, response) => {
  let answer: string | number;
  try {
    answer = await handle(queryOf(request.url ?? ''), await readBody(request));
  } catch {
    // Whatever it is, the load generator counts it as a wrong answer.
    answer = 400;
  }
  const [status, body] = typeof answer === 'number' ? [answer, ''] : [200, answer];
  response.writeHead(status, {
    'Content-Type': 'application/xml; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
});
