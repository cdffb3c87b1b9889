import type { ReactElement } from 'react';

const line = { fill: 'none', stroke: 'currentColor', strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

/** Marks on a 16 px grid. Each has an outline of its own, so that it is told apart without its colour. */
export const MARKS = {
  dot: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  triangle: <path fill="currentColor" fillRule="evenodd" d="M8 1.6 15.2 14H.8L8 1.6Zm-.9 4.6.25 4.2h1.3l.25-4.2H7.1ZM8 11.2a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8Z" />,
  cross: <path {...line} strokeWidth="2.4" d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  quarter: <path fill="currentColor" fillRule="evenodd" d="M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 1.6V8h4.6A4.6 4.6 0 1 1 8 3.4Z" />,
  bars: <path fill="currentColor" d="M4 2.5h3v11H4zM9 2.5h3v11H9z" />,
  key: <path {...line} strokeWidth="1.7" d="M8.1 10.8a2.9 2.9 0 1 1-5.8 0 2.9 2.9 0 0 1 5.8 0ZM7.4 8.6l6-6M11 5l2 2" />,
  barred: <path {...line} strokeWidth="1.7" d="M13.8 8A5.8 5.8 0 1 1 2.2 8a5.8 5.8 0 0 1 11.6 0ZM4 12l8-8" />,
  question: <path {...line} strokeWidth="2" d="M5.2 5.6a2.9 2.9 0 1 1 4.3 2.6c-.9.5-1.5 1-1.5 2M8 13v.01" />,
  check: <path {...line} strokeWidth="2.2" d="M3 8.6 6.4 12 13 4.6" />,
  ring: <circle {...line} strokeWidth="1.7" cx="8" cy="8" r="5.2" />,
  info: <path {...line} strokeWidth="1.5" d="M13.8 8A5.8 5.8 0 1 1 2.2 8a5.8 5.8 0 0 1 11.6 0ZM8 7.4V11M8 5v.01" />,
} satisfies Record<string, ReactElement>;

export type MarkName = keyof typeof MARKS;
