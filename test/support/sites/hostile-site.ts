/* A page that tries to run scripts wherever a trace of it is shown: by its elements, and by what it says to Playwright. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostileSite extends AsyncDisposable {
  url: string;
  /** Each time that one of its scripts ran, by what ran it. */
  ran: string[];
}

export async function startHostileSite(): Promise<HostileSite> {
  const ran: string[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/ran') ran.push(search.slice(1));
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' });
    response.end(pathname === '/' ? pageOf(url) : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ran,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const runs = (url: string, by: string) => `globalThis.ranHere=1;fetch('${url}/ran?${by}')`;
/** For an attribute in double quotes. */
const inAttribute = (text: string) => text.replaceAll('"', '&quot;');

function pageOf(url: string): string {
  const code = (by: string) => inAttribute(runs(url, by));
  return `<!doctype html><body><p id="marker">hostile</p>
<img src="x" onerror="${code('onerror')}"><svg onload="${code('svg')}"></svg>
<a href="javascript:${code('link')}" autofocus onfocus="${code('onfocus')}">link</a>
<iframe src="javascript:${code('frame')}"></iframe>
<iframe srcdoc="<script>${code('srcdoc')}</script>"></iframe>
<form action="javascript:${code('form')}"><button formaction="javascript:${code('button')}">b</button></form>
<object data="data:text/html,<script>${code('object')}</script>"></object>
<details open ontoggle="${code('ontoggle')}"></details>
<meta http-equiv="refresh" content="900;url=javascript:${code('refresh')}">
<style>@import url("${url}/ran?style"); #marker { background: url("${url}/ran?background") }</style>
<script>
${runs(url, 'script')};
const armed = (by) => "globalThis.ranHere=1;fetch('${url}/ran?" + by + "')";
// What Playwright asks to say what the page is says more.
setInterval(() => {
  for (const name of Object.getOwnPropertyNames(window)) {
    if (!name.startsWith('__playwright_snapshot_streamer')) continue;
    const streamer = window[name], capture = streamer.captureSnapshot;
    if (capture.hostile) continue;
    streamer.captureSnapshot = Object.assign(function (...args) {
      const said = capture.apply(this, args);
      const more = [
        ['SCRIPT', {}, armed('said-script')], ['script', {}, armed('said-lower')], ['IMG', { src: 'x', onerror: armed('said-onerror') }],
        ['IFRAME', { srcdoc: '<script>' + armed('said-srcdoc') + '</' + 'script>' }], ['IFRAME', { src: 'javascript:' + armed('said-frame') }],
        ['IFRAME', { __playwright_src__: 'javascript:' + armed('said-playwright-src') }],
        ['P><SCRIPT>' + armed('said-name') + '</SCRIPT><P', {}], ['P', { 'x><script>': armed('said-attribute') }],
        ['STYLE', {}, '</style><script>' + armed('said-style') + '</' + 'script>'],
        ['P', {}, '</p><script>' + armed('said-text') + '</' + 'script>'],
        ['SVG', { onload: armed('said-svg') }], ['BASE', { href: '${url}/' }],
      ];
      if (Array.isArray(said.html) && said.html[0] === 'HTML') said.html.push(['BODY', {}, ['P', { id: 'marker' }, 'hostile'], ...more]);
      said.doctype = 'html><script>' + armed('said-doctype') + '</' + 'script';
      return said;
    }, { hostile: true });
  }
}, 5);
</script></body>`;
}
