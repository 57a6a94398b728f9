import { type Browser, chromium } from 'playwright-core';
import { chromiumProgram } from './machine.ts';

/** Starts the system's Chromium without a window; root inside a container cannot use its sandbox. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
