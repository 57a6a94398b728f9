import { stemOf } from './words.ts';

/** How surely a word speaks of what another one means. Chosen on the development half of the recall bench. */
const sureness = { abbreviation: 0.8, synonym: 0.4 };

/** What programmers write short, and what they mean. */
const abbreviations = `
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

/** Words that programmers use for much the same. */
const synonyms = `
  delete remove erase drop discard; error failure exception fault; fail break; crash die; start begin launch boot; stop end halt terminate
  finish; fast quick speed performance; slow latency delay; fix repair correct solve; bug defect; create make add; change modify
  edit alter update; show display print; wait block hang; lock hold; find search locate; check verify validate test; allow permit;
  deny refuse reject forbid; approve accept; wrong incorrect invalid bad malformed; missing absent lost; old stale outdated;
  deprecated obsolete; limit maximum most; size length width; folder directory; argument parameter option flag; function method;
  text string; secret credential password token; person human operator user; retry again repeat; skip ignore omit; timeout expire
  lapse; setting option preference configuration; merge combine join unite; copy duplicate clone; move rename; send transmit post;
  receive get fetch; read load parse; write save store persist; log record; warn warning; browser client; url address link; server host
  machine; process program worker; parallel concurrent simultaneous; order sequence; rollback undo revert; release publish; install
  setup; upgrade bump; escape quote; compress gzip zip; cache remember; permission access right; null undefined empty blank none; fork
  spawn; kill terminate abort cancel; decide choose; task job work; message notification; event signal; table schema; column field
  property attribute; default fallback; hook callback listener; dependency package library module; command shell terminal; picture
  image icon; question query; answer response reply result; round decimal; line row; reason cause; owner author; large big huge;
  small short; many several; first initial; last final; same equal identical; different distinct; hide conceal; open connect; close
  disconnect; import require; bundle webpack; directly immediately; reload refresh; type typing typings definition
`;

const meant = new Map<string, Map<string, number>>();
function relate(one: string, other: string, surely: number): void {
  const known = meant.get(one) ?? new Map<string, number>();
  if (one !== other) meant.set(one, known.set(other, Math.max(surely, known.get(other) ?? 0)));
}
for (const pair of groupsOf(abbreviations)) relateAll(pair, sureness.abbreviation);
for (const group of groupsOf(synonyms)) relateAll(group, sureness.synonym);

function groupsOf(text: string): string[][] {
  return text.split(';').map(group => group.trim().split(/\s+/).map(stemOf));
}

function relateAll(stems: readonly string[], surely: number): void {
  for (const one of stems) for (const other of stems) relate(one, other, surely);
}

const none: ReadonlyMap<string, number> = new Map();

/** Stems that are written for this one, and how surely they mean it. */
export function relatedTo(stem: string): ReadonlyMap<string, number> {
  return meant.get(stem) ?? none;
}
