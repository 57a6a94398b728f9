import * as l10n from '@vscode/l10n';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span as people say it: `45 s`, `12 min`, `1 h 59 min`, `9 h`, `2 d`. Never below zero. */
export function span(milliseconds: number): string {
  const left = Math.max(0, milliseconds);
  if (left < minute) return l10n.t('{0} s', Math.floor(left / second));
  if (left < hour) return l10n.t('{0} min', Math.floor(left / minute));
  if (left < 6 * hour && left % hour >= minute) {
    return l10n.t('{0} h {1} min', Math.floor(left / hour), Math.floor((left % hour) / minute));
  }
  if (left < day) return l10n.t('{0} h', Math.floor(left / hour));
  return l10n.t('{0} d', Math.floor(left / day));
}

/** How long ago; the first minute is `just now`, since nobody counts it. */
export function ago(at: string, now: number): string {
  const passed = now - Date.parse(at);
  return passed < minute ? l10n.t('just now') : l10n.t('{0} ago', span(passed));
}

/** Counts down: whole minutes while there are more than two, then minutes and seconds. */
export function countdown(until: string, now: number): string {
  const left = Math.max(0, Date.parse(until) - now);
  if (left >= 2 * minute) return span(left);
  const seconds = Math.ceil(left / second);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The time of day, with the date where it is not today. */
export function moment(at: string, now: number): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const isToday = then.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${then.toLocaleDateString()} ${time}`;
}
