// The pages that are shown where nobody made any: HTML, JSON and text in English and Spanish. They name nothing of the application.

import type { SorryVariant } from '../model.ts';

interface Words {
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

const english: Words = {
  language: 'en',
  title: 'We will be right back',
  text: 'The service is not available at the moment. Please try again shortly.',
};
const spanish: Words = {
  language: 'es',
  title: 'Volvemos enseguida',
  text: 'El servicio no está disponible en este momento. Inténtelo de nuevo en unos instantes.',
};

/** Never empty; the first is the default. */
export const plainPages: readonly SorryVariant[] = [english, spanish].flatMap((words) => [
  { contentType: 'text/html', language: words.language, body: html(words) },
  { contentType: 'application/json', language: words.language, body: json(words) },
  { contentType: 'text/plain', language: words.language, body: `${words.title}. ${words.text}\n` },
]);

function html({ language, title, text }: Words): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { display: grid; place-content: center; min-height: 100vh; margin: 0; padding: 0 1.5rem; font: 1.1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.8rem; }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}

function json({ title, text }: Words): string {
  return `${JSON.stringify({ status: 503, title, detail: text })}\n`;
}
