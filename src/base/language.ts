// The languages that people are spoken to in: messages, reports and live views.

export type Language = 'en' | 'es';
