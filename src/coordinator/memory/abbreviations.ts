import { stemOf } from './words.ts';

/** What programmers write short, and what they mean: either finds the other. */
const pairs = `
  admin administrator; arg argument; args arguments; async asynchronous; attr attribute; auth authentication; auth authorization;
  authn authentication; authz authorization; bg background; btn button; cfg config; cfg configuration; cmd command; col column;
  conf configuration; config configuration; conn connection; const constant; ctx context; cur current; db database;
  decl declaration; def definition; dep dependency; deps dependencies; desc description; dest destination; dev development;
  diff difference; dir directory; doc document; docs documentation; dup duplicate; elem element; env environment; err error;
  evt event; exec execute; expr expression; ext extension; fmt format; fn function; fs filesystem; func function; id identifier;
  idx index; impl implementation; impl implement; info information; init initialize; init initialization; int integer; lang language;
  len length; lib library; libs libraries; loc location; max maximum; mem memory; mgr manager; migr migration; min minimum;
  mod module; msg message; num number; obj object; op operation; ops operations; opt option; opts options; orig original;
  param parameter; params parameters; perf performance; perm permission; pkg package; pos position; pref preference;
  prev previous; proc process; prod production; prop property; props properties; proto protocol; pwd password; ref reference;
  regex expression; rel release; repo repository; req request; res response; resp response; sec security; sig signature; spec specification;
  src source; stat statistic; stats statistics; str string; sync synchronize; sync synchronous; sys system; temp temporary;
  tmp temporary; trans transaction; tx transaction; txn transaction; upd update; usr user; util utility; utils utilities; val value;
  var variable; ver version; win windows; ws websocket; ws workspace
`;

const meant = new Map<string, Set<string>>();
for (const pair of pairs.split(';')) {
  const [short = '', long = ''] = pair.trim().split(' ').map(stemOf);
  for (const [one, other] of [
    [short, long],
    [long, short],
  ] as const) {
    meant.set(one, (meant.get(one) ?? new Set()).add(other));
  }
}

/** Stems that are written for this one, where programmers abbreviate. */
export function abbreviationsOf(stem: string): readonly string[] {
  return [...(meant.get(stem) ?? [])].filter(other => other !== stem);
}
