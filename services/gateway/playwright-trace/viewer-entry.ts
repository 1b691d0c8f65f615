/** Opens the viewer where it can work, or says what is missing. A link, as Playwright's viewer only says it to its console. */
export const ENTRY_SCRIPT = `if (isSecureContext && navigator.serviceWorker)
  location.replace('/viewer/index.html?trace=' + encodeURIComponent(location.pathname + 'trace.zip'));
else document.querySelector('main').hidden = false;
`;

type Language = 'en' | 'es';

const TEXTS: Record<Language, { title: string; why: string; ways: string[]; download: string }> = {
  en: {
    title: 'The trace cannot be shown here',
    why: "Playwright's viewer needs a service worker, which browsers allow only over https and on localhost.",
    ways: [
      'Open Ghostly as <code>http://localhost</code>, for example through an SSH tunnel of both of its ports.',
      'Or have its operator give the viewer an https address: <code>GHOSTLY_VIEWER_URL</code>.',
      'Or open the file on your machine: <code>npx playwright show-trace trace.zip</code>.',
    ],
    download: 'Download the trace',
  },
  es: {
    title: 'La traza no se puede mostrar aquí',
    why: 'El visor de Playwright necesita un service worker, que los navegadores solo permiten con https y en localhost.',
    ways: [
      'Abre Ghostly como <code>http://localhost</code>, por ejemplo por un túnel SSH de sus dos puertos.',
      'O pide a quien lo opera una dirección https para el visor: <code>GHOSTLY_VIEWER_URL</code>.',
      'O abre el archivo en tu máquina: <code>npx playwright show-trace trace.zip</code>.',
    ],
    download: 'Descargar la traza',
  },
};

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:38rem;padding:0 1.5rem}code{font-size:.9em}li{margin:.4em 0}';

const OVER: Record<Language, { title: string; why: string }> = {
  en: {
    title: 'This link is over',
    why: 'It was good for five minutes. Open the trace again from the page of its run.',
  },
  es: {
    title: 'Este enlace ha caducado',
    why: 'Ha servido durante cinco minutos. Abre la traza otra vez desde la página de su ejecución.',
  },
};

/** For a ticket that is not, or no longer, good. */
export function overPage(language: Language): string {
  const { title, why } = OVER[language];
  return `${headOf(language, title)}<main><h1>${title}</h1><p>${why}</p></main></html>`;
}

export function entryPage(language: Language): string {
  const { title, why, ways, download } = TEXTS[language];
  return `${headOf(language, title)}<main hidden><h1>${title}</h1><p>${why}</p><ul>${ways.map((way) => `<li>${way}</li>`).join('')}</ul>
<p><a href="trace.zip" download="trace.zip">${download}</a></p></main>
<script src="/viewer-entry.js"></script></html>`;
}

const headOf = (language: Language, title: string): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style>
`;
