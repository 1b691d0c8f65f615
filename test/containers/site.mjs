// A page that shows `#done` after the time in its query, ms: `/?after=1500`. Runs in the image of the services.
import { createServer } from 'node:http';

const page = (after) => `<!doctype html><title>site</title><button onclick="this.id = 'clicked'">ok</button>
<script>setTimeout(() => document.body.append(Object.assign(document.createElement('p'), { id: 'done', textContent: 'done' })), ${after})</script>`;

createServer((request, response) => {
  const after = Number(new URL(request.url, 'http://site').searchParams.get('after'));
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(page(after));
}).listen(8000);

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
