import { html, nothing, type TemplateResult } from 'lit';
import type { Block, DiffLine, Section, ShownFinding, Step } from '../../page.ts';
import type { Fact } from '../../row.ts';

/** The sections of a page, each a region with its title as name. */
export function sections(all: readonly Section[]): TemplateResult[] {
  return all.map(
    ({ id, title, blocks }) => html`
      <section aria-labelledby="title-${id}" class="section-${id}">
        <h2 id="title-${id}">${title}</h2>
        ${blocks.map(block)}
      </section>
    `,
  );
}

function block(shown: Block): TemplateResult {
  switch (shown.kind) {
    case 'text':
      return html`<p class="text tone-${shown.tone ?? 'plain'}">${shown.text}</p>`;
    case 'code':
      // What does not fit scrolls, also by keyboard.
      return html`<pre tabindex="0" role="region" aria-label=${shown.label}><code>${shown.text}</code></pre>`;
    case 'steps':
      return html`<ol class="steps" aria-label=${shown.label}>${shown.steps.map(step)}</ol>`;
    case 'diff':
      return html`<pre class="diff" tabindex="0" role="region" aria-label=${shown.label}><code>${shown.lines.map(diffLine)}</code></pre>`;
    case 'findings':
      return html`<ul class="findings">${shown.findings.map(finding)}</ul>`;
    case 'facts':
      return facts(shown.facts);
    case 'factors':
      return html`
        <table class="factors" aria-label=${shown.label}>
          <tbody>
            ${shown.factors.map(
              ({ name, share, value, why }) => html`
                <tr>
                  <th scope="row">${name}</th>
                  <td><meter min="0" max="1" .value=${share} aria-label=${name}></meter></td>
                  <td class="number">${value}</td>
                  <td>${why ?? nothing}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      `;
    case 'events':
      return html`
        <ul class="events" aria-label=${shown.label}>
          ${shown.events.map(
            ({ sentence, when, tone }) =>
              html`<li class="tone-${tone}"><span>${sentence}</span> <span class="quiet">${when}</span></li>`,
          )}
        </ul>
      `;
  }
}

function step({ command, does, isMinded }: Step): TemplateResult {
  return html`
    <li class=${isMinded ? 'minded' : ''}>
      <code>${command}</code>
      ${does.length > 0 ? html`<ul>${does.map(deed => html`<li>${deed}</li>`)}</ul>` : nothing}
    </li>
  `;
}

function diffLine({ sign, text, spoken }: DiffLine): TemplateResult {
  const kind = sign === '+' ? 'added' : sign === '-' ? 'removed' : 'same';
  return html`<span class="line ${kind}"><span aria-hidden="true">${sign} </span>${
    spoken ? html`<span class="spoken">${spoken} </span>` : nothing
  }${text}\n</span>`;
}

function finding({ effect, rule, details }: ShownFinding): TemplateResult {
  return html`
    <li>
      <p><strong>${effect}</strong> <span class="quiet">${rule}</span></p>
      ${facts(details)}
    </li>
  `;
}

function facts(all: readonly Fact[]): TemplateResult {
  return html`
    <dl>
      ${all.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  `;
}
