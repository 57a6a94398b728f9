import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import './approval.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type {
  Answer,
  Answers,
  ApprovalPage,
  FromApprovalPanel,
  ToApprovalPanel,
} from '../approval-messages.ts';
import { timeLeft } from './parts/countdown.ts';
import { connectHost } from './parts/host.ts';
import { sections } from './parts/sections.ts';

interface Draft {
  readonly request: string;
  readonly reason: string;
  readonly minutes: number;
}

const host = connectHost<FromApprovalPanel, Draft>();
let shown: ApprovalPage | undefined;
/** An answer is on its way. */
let isBusy = false;
let draft: Draft = host.getState() ?? { request: '', reason: '', minutes: 15 };

window.addEventListener('message', ({ data }: MessageEvent<ToApprovalPanel>) => {
  const before = shown;
  shown = data.approval;
  isBusy = false;
  if (draft.request !== shown.request) keep({ request: shown.request, reason: '' });
  draw();
  // Whoever works by keyboard is where the news is: at a new request, and where the answers have gone.
  const hasNews = before?.request !== shown.request || (before.answers && !shown.answers);
  if (hasNews) document.querySelector('h1')?.focus();
});
setInterval(draw, 1000);
host.postMessage({ type: 'ready' });

function keep(change: Partial<Draft>): void {
  draft = { ...draft, ...change };
  host.setState(draft);
}

function answer(given: Pick<Answer, 'decision' | 'scope'>): void {
  const reason = draft.reason.trim();
  isBusy = true;
  draw();
  host.postMessage({
    type: 'answer',
    answer: {
      ...given,
      ...(given.scope === 'minutes' ? { minutes: draft.minutes } : {}),
      ...(reason === '' ? {} : { reason }),
    },
  });
}

function draw(): void {
  if (shown) render(whole(shown), document.body);
}

function whole({ page, answers, next }: ApprovalPage): TemplateResult {
  const { heading, standing, tone, deadline } = page;
  return html`
    <main>
      <header>
        <h1 tabindex="-1">${heading}</h1>
        <p class="standing">
          <span class="tone-${tone}" role="status">${standing}</span>
          ${
            deadline
              ? html`<span class="deadline" role="timer">${deadline.label} ${timeLeft(deadline.until, Date.now())}</span>`
              : nothing
          }
        </p>
        ${
          next === undefined
            ? nothing
            : html`<vscode-button class="next" @click=${() => host.postMessage({ type: 'next' })}>${next}</vscode-button>`
        }
      </header>
      ${sections(page.sections)}
    </main>
    ${answers ? answerBar(answers) : nothing}
  `;
}

function answerBar(words: Answers): TemplateResult {
  return html`
    <form aria-label=${words.label} @submit=${(event: Event) => event.preventDefault()}>
      <vscode-textfield
        .label=${words.reason}
        placeholder=${words.reasonHint}
        maxlength="1000"
        .value=${draft.reason}
        @input=${(event: Event) => keep({ reason: (event.target as HTMLInputElement).value })}
      ></vscode-textfield>
      <div class="answers">
        <vscode-button ?disabled=${isBusy} @click=${() => answer({ decision: 'approved', scope: 'once' })}>
          ${words.approve}
        </vscode-button>
        <vscode-button
          secondary
          ?disabled=${isBusy}
          @click=${() => answer({ decision: 'denied', scope: 'once' })}
        >
          ${words.deny}
        </vscode-button>
        ${words.spans.length > 0 ? widerAnswers(words) : nothing}
      </div>
    </form>
  `;
}

function widerAnswers(words: Answers): TemplateResult {
  return html`
    <vscode-button
      secondary
      ?disabled=${isBusy}
      @click=${() => answer({ decision: 'approved', scope: 'session' })}
    >
      ${words.approveForSession}
    </vscode-button>
    <span class="span">
      <vscode-button
        secondary
        ?disabled=${isBusy}
        @click=${() => answer({ decision: 'approved', scope: 'minutes' })}
      >
        ${words.approveFor}
      </vscode-button>
      <vscode-single-select
        .label=${words.approveFor}
        position="above"
        @change=${(event: Event) => keep({ minutes: Number((event.target as HTMLSelectElement).value) })}
      >
        ${words.spans.map(
          ({ minutes, label }) =>
            html`<vscode-option value=${minutes} ?selected=${minutes === draft.minutes}>${label}</vscode-option>`,
        )}
      </vscode-single-select>
    </span>
  `;
}
