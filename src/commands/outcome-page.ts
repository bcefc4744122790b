/** Writes the fact-checker's page, without scripts: who gets which list, and for each line its words, its sources, how
 *  sure it is, when it was checked, and for whom it stands there. */
import { type Ask, asksOf, type Dialog, labelOf } from '../core/dialog/dialog.ts';
import { everyPath, type Position } from '../core/dialog/walk.ts';
import { clausesOf, type When } from '../core/facts.ts';
import { spacesOf } from '../core/handbook/checks/all.ts';
import type { Space } from '../core/handbook/checks/answer-space.ts';
import type { Files } from '../core/handbook/files.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import {
  checklist,
  type ItemSpec,
  type LetterSpec,
  LINE_KEYS,
  LINE_KINDS,
  type LineKind,
  type ListSpec,
} from '../core/knowledge/checklist.ts';
import { blanksIn } from '../core/text/template.ts';
import { casesOf, LINE_NAMES, textOf } from './cases.ts';
import type { Change } from './changes.ts';

/** @param changes what was changed since an earlier commit, shown first. */
export function outcomePage(
  handbook: Handbook,
  files: Files,
  { changes, base }: { changes: readonly Change[]; base: string | undefined },
): string {
  const body: string[] = [];
  if (base !== undefined) body.push(changesSection(changes, base));
  for (const space of spacesOf(handbook).values()) {
    body.push(`<h1>${html(space.dialog.title)} <small>dialogs/${space.dialog.id}.yaml</small></h1>`);
    for (const list of handbook.lists.values()) {
      if (!space.dialog.steps.some((step) => step.kind === 'end' && step.list === list.id)) continue;
      body.push(listsSection(handbook, space, list), itemsSection(handbook, files, space, list));
      body.push(...LINE_KINDS.map((kind) => linesSection(files, space, list, kind)));
    }
    body.push(findingsSection(handbook, files, space), adviceSection(handbook, files, space));
  }
  body.push(questionsSection(handbook, files), provincesSection(handbook, files));
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outcomes</title><style>${STYLE}</style></head><body>
<p class="note">Written by <code>npm run outcomes</code> from dialogs/ and content/. Cases: = one of these answers, ≠ none of
these; facts that are left out do not matter.</p>
${body.join('\n')}
</body></html>
`;
}

/** The sources of a fact as links; what is not official stands out. */
function sourcesOf(files: Files, keys: readonly string[]): string {
  return keys
    .map((key) => {
      const source = files.sources.value[key];
      if (!source || !('kind' in source)) return `<b class="weak">${html(key)}: no published page</b>`;
      const title = html(source.dated === undefined ? source.title : `${source.title} (${source.dated})`);
      const named = source.url === undefined ? title : `<a href="${html(source.url)}">${title}</a>`;
      return source.kind === 'official' ? named : `${named} <b class="weak">${source.kind}</b>`;
    })
    .join(' · ');
}

/** All basic lists: one for each kind of merchant and province, equal ones together. */
function listsSection(of: Handbook, space: Space, list: ListSpec): string {
  const groups = new Map<string, { position: Position; merchants: Position[] }>();
  for (const position of basicPositions(space)) {
    if (position.end?.list !== list.id) continue;
    const key = checklist(list, position.facts)
      .groups.flatMap(({ items }) => items.map(({ item }) => list.items.indexOf(item)))
      .join(' ');
    const group = groups.get(key) ?? { position, merchants: [] };
    group.merchants.push(position);
    groups.set(key, group);
  }
  const sections = [...groups.values()].map(({ position, merchants }) => {
    const items = checklist(list, position.facts).groups.map(({ name, items: needed }) => {
      const names = needed.map(
        ({ item }) =>
          `<li><a href="#${anchor(list, item)}">${html(item.document.name)}</a>${item.unsure ? ' ?' : ''}</li>`,
      );
      return `<b>${html(name)}</b><ol>${names.join('')}</ol>`;
    });
    return `<details><summary>${html(merchantsOf(space.dialog, merchants))}</summary>${items.join('')}</details>`;
  });
  const telling = tellingAsks(space.dialog);
  const fixed = asksOf(space.dialog)
    .filter((ask) => !telling.includes(ask) && ask.askWhen === undefined)
    .map(({ name, options }) => `${name} = ${options[0]?.label ?? ''}`);
  return `<h2>Who gets which list <small>${groups.size} different ones, over ${of.provinces.size} provinces; all else answered with the first option (${html(fixed.join('，'))}); what other answers add stands with the lines below</small></h2>${sections.join('\n')}`;
}

function itemsSection(of: Handbook, files: Files, space: Space, list: ListSpec): string {
  const rows = list.items.map((item, i) => {
    const { document, note, rules, unsure, when } = item;
    const again = list.items.slice(0, i).some((earlier) => earlier.document === document);
    const words = again ? '' : wordsOf(of, [document.name, document.how, document.mistake, note ?? '']);
    return `<article id="${anchor(list, item)}"><h3>${html(document.name)}${unsure ? ' <b class="weak">?</b>' : ''} <small>${document.id} · ${html(item.group)}</small></h3>
<p>${html(document.how)}${letterHtml(document.letter)}${note === undefined ? '' : `<br>${html(note)}`}<br><i>${html(document.mistake)}</i></p>
${words}
<p class="fine">${sourcesOf(files, document.source)} · ${document.confidence} · ${files.documents.value[document.id]?.checked ?? ''} · ${html(rules.join(', '))}</p>
${casesHtml(space, when, list.id, 'list')}</article>`;
  });
  return `<h2>Lines of the list <small>content/checklists/${list.id}.yaml, checked ${list.checked}</small></h2>${rows.join('\n')}`;
}

/** Lines that are no papers, each with its sources. */
function linesSection(files: Files, space: Space, list: ListSpec, kind: LineKind): string {
  const written = files.checklists.get(list.id)?.value;
  const rows = list[kind].map(({ id, text, when, rules }) => {
    const line = written?.[LINE_KEYS[kind]].find((one) => one.id === id);
    const sure = [line?.confidence ?? '', line?.checked ?? list.checked].filter((one) => one !== '');
    return `<article><h3>${html(text)} <small>${id}</small></h3><p class="fine">${sourcesOf(files, line?.source ?? [])} · ${sure.join(' · ')} · ${html(rules.join(', '))}</p>${casesHtml(space, when, list.id, 'list')}</article>`;
  });
  return rows.length === 0 ? '' : `<h2>Lines: ${LINE_NAMES[kind]}</h2>${rows.join('\n')}`;
}

/** What is found in pasted texts: by what, for whom, what is said, and which papers it touches. */
function findingsSection(of: Handbook, files: Files, { dialog }: Space): string {
  const nameOf = (id: string) => `${of.papers.get(id)?.name ?? ''} (${id})`;
  const kinds = asksOf(dialog).flatMap(({ reads }) => of.findings.get(reads) ?? []);
  return kinds
    .map(({ spec }) => {
      const rows = spec.findings.map((finding) => {
        const { id, name, also, when, say, papers, adds } = finding;
        const traits = finding.traits.map((trait) =>
          Object.entries(trait)
            .map(([key, value]) => `${key}: ${[value].flat().join('  ')}`)
            .join(' and '),
        );
        const touched = [
          ...(papers.length > 0 ? [`made anew where listed: ${papers.map(nameOf).join('、')}`] : []),
          ...adds.map((row) => `needed: ${row.map(nameOf).join(' or ')}`),
          ...(when ? [`only for: ${JSON.stringify(when)}`] : []),
        ];
        return `<article id="${id}"><h3>${html(name)} <small>${id}</small></h3>
<p>${say.map(html).join('<br>')}</p>
<ul class="cases">${[...touched, ...(also.length > 0 ? [`also: ${also.join('、')}`] : []), ...traits].map((line) => `<li>${html(line)}</li>`).join('')}</ul>
<p class="fine">${sourcesOf(files, finding.source)} · ${finding.confidence} · ${finding.checked} · ${html(finding.rules.join(', '))}</p></article>`;
      });
      return `<h2>What is found in a pasted ${spec.finds} <small>content/findings</small></h2>${rows.join('\n')}`;
    })
    .join('\n');
}

/** Every question with all that is answered, and to whom. */
function questionsSection(of: Handbook, files: Files): string {
  const rows = of.faqEntries.map(({ id, question, answer, variants, source, confidence, checked, rules }) => {
    const others = variants.map(
      (variant) =>
        `<p><b>${html(whenText(variant.when))}</b><br>${variant.answer.map(html).join('<br>')}</p>`,
    );
    return `<article id="${id}"><h3>${html(question)} <small>${id}</small></h3><p>${answer.map(html).join('<br>')}</p>${others.join('')}
<p class="fine">${sourcesOf(files, source)} · ${confidence} · ${checked} · ${html(rules.join(', '))}</p></article>`;
  });
  return `<h1>Questions <small>content/faq, ${rows.length}</small></h1>${rows.join('\n')}`;
}

/** What each province asks for, as the lists and answers take it. */
function provincesSection(of: Handbook, files: Files): string {
  const written = new Map(files.provinces.value.provinces.map((one) => [one.name, one] as const));
  const rows = [...of.provinces.values()].map(({ name, facts, words }) => {
    const named = Object.entries(words).map(([key, value]) => [`words.${key}`, value] as const);
    const said = [...Object.entries(facts), ...named].map(
      ([key, value]) => `<tr><td>${html(key)}</td><td>${html(value)}</td></tr>`,
    );
    const one = written.get(name);
    return `<article><h3>${html(name)}</h3><table>${said.join('')}</table><p class="fine">${sourcesOf(files, one?.source ?? [])} · ${one?.confidence ?? ''} · ${files.provinces.value.checked}</p></article>`;
  });
  return `<h1>Provinces <small>content/provinces.yaml</small></h1>${rows.join('\n')}`;
}

function adviceSection(of: Handbook, files: Files, space: Space): string {
  const names = new Set(
    space.dialog.steps.flatMap((step) => (step.kind === 'end' ? (step.advice ?? []) : [])),
  );
  const rows = [...names].flatMap((name) =>
    (of.advice.get(name) ?? []).map(({ id, periods, source, confidence, checked, rules, when }) => {
      const texts = periods.map(
        ({ from, to, title, lines }) =>
          `<p><b>${from} – ${to ?? 'open'}: ${html(title)}</b><br>${lines.map(html).join('<br>')}</p>`,
      );
      return `<article><h3>${id}</h3>${texts.join('')}<p class="fine">${sourcesOf(files, source)} · ${confidence} · ${checked} · ${html(rules.join(', '))}</p>${casesHtml(space, when, name, 'advice')}</article>`;
    }),
  );
  return rows.length === 0 ? '' : `<h2>Advice</h2>${rows.join('\n')}`;
}

/** What to write, who signs, when and where; the official file and page to open. */
function letterHtml(letter: LetterSpec | undefined): string {
  if (letter === undefined) return '';
  const { file, page, write, sign, date, upload } = letter;
  const link = (address: string, label: string) => `<a href="${html(address)}">${label}</a>`;
  const links = [...(file === undefined ? [] : [link(file, 'official file')]), link(page, 'official page')];
  return `<br>${[write, sign, date, upload].map(html).join('<br>')}<br>${links.join(' · ')}`;
}

/** `subject=company,sole-trader province=广东`, the clauses apart by a slash. */
function whenText(when: When): string {
  return clausesOf(when)
    .map((clause) =>
      Object.entries(clause)
        .map(([fact, values]) => `${fact}=${[values].flat().join(',')}`)
        .join(' '),
    )
    .join(' / ');
}

function casesHtml(space: Space, when: When | undefined, name: string, kind: 'list' | 'advice'): string {
  const cases = casesOf(space, when, (end) => end[kind] === name);
  return `<ul class="cases">${cases.map((each) => `<li>${html(textOf(each))}</li>`).join('')}</ul>`;
}

/** What the provinces put into the blanks of these texts, equal words together. */
function wordsOf({ provinces }: Handbook, texts: readonly string[]): string {
  const keys = texts
    .flatMap(blanksIn)
    .flatMap((blank) => (blank.startsWith('words.') ? [blank.slice('words.'.length)] : []));
  const rows = [...new Set(keys)].flatMap((key) => {
    const groups = new Map<string, string[]>();
    for (const { name, words } of provinces.values()) {
      const text = words[key] ?? '';
      if (text !== '') groups.set(text, [...(groups.get(text) ?? []), name]);
    }
    return [...groups].map(
      ([text, names]) => `<tr><td>${names.map(html).join(' ')}</td><td>${html(text)}</td></tr>`,
    );
  });
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`;
}

/** One position for each kind of merchant and each place. */
function basicPositions({ dialog, derive }: Space): readonly Position[] {
  const telling = tellingAsks(dialog);
  return [
    ...everyPath(dialog, derive, (ask) =>
      ask.options.map(({ id }) => id).slice(0, telling.includes(ask) ? undefined : 1),
    ),
  ];
}

/** The questions that make a basic list: the first, those that refine it, and the place. */
function tellingAsks(dialog: Dialog): readonly Ask[] {
  const [first, ...others] = asksOf(dialog);
  const refines = ({ when }: Ask) =>
    clausesOf(when).every(
      (clause) => typeof clause[first?.fact ?? ''] === 'string' && Object.keys(clause).length === 1,
    );
  return [
    ...(first ? [first] : []),
    ...others.filter((ask) => ask.reads === 'province' || (refines(ask) && ask.askWhen === undefined)),
  ];
}

/** `企业、个体工商户：北京 天津`; kinds with the same places together. */
function merchantsOf(dialog: Dialog, positions: readonly Position[]): string {
  const telling = tellingAsks(dialog);
  const places = new Map<string, string[]>();
  for (const { answers } of positions) {
    const labels = (which: (ask: Ask) => boolean) =>
      telling.filter(which).flatMap((ask) => {
        const value = answers[ask.fact];
        return value === undefined ? [] : [labelOf(ask, value)];
      });
    const kind = labels(({ reads }) => reads !== 'province').join(' ');
    places.set(kind, [...(places.get(kind) ?? []), ...labels(({ reads }) => reads === 'province')]);
  }
  const kinds = new Map<string, string[]>();
  for (const [kind, where] of places)
    kinds.set(where.join(' '), [...(kinds.get(where.join(' ')) ?? []), kind]);
  return [...kinds].map(([where, same]) => `${same.join('、')}：${where}`).join('；');
}

function changesSection(changes: readonly Change[], base: string): string {
  const files = changes.map(({ file, gone, fresh, alone }) => {
    const lines = [
      ...(alone === undefined ? [] : [`cannot be looked at without the other changes: ${alone}`]),
      ...gone.map((line) => `− ${line}`),
      ...fresh.map((line) => `+ ${line}`),
    ];
    const text = lines.length === 0 ? 'changes nothing that a merchant is told' : lines.join('\n');
    return `<details open><summary>${html(file)} <small>${gone.length} gone, ${fresh.length} new</small></summary><pre>${html(text)}</pre></details>`;
  });
  return `<h1>Changed since ${html(base)}</h1>${files.join('\n') || '<p>Nothing.</p>'}`;
}

function anchor(list: ListSpec, item: ItemSpec): string {
  return `${list.id}-${list.items.indexOf(item)}`;
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
body{font:16px/1.6 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:1080px;margin:24px auto;padding:0 16px;color:#1f2933;overflow-wrap:anywhere}
small{color:#7b8794;font-weight:400;font-size:13px}
h1{border-bottom:3px solid #07a35a}h2{margin-top:40px}h3{margin:0}
article{border:1px solid #dde3ea;border-radius:8px;padding:10px 16px;margin:10px 0}
article p{margin:4px 0}.fine,.note{color:#52606d;font-size:13px}.weak{color:#b45309}
.cases{margin:4px 0;padding-left:20px;font:13px/1.6 ui-monospace,monospace;color:#14532d}
details{border-left:3px solid #8fd6b1;padding-left:12px;margin:8px 0}summary{cursor:pointer}
table{border-collapse:collapse;font-size:13px}td{border:1px solid #e4e7eb;padding:2px 8px;vertical-align:top}
pre{white-space:pre-wrap;font-size:13px;background:#f7f9fb;padding:8px}
`;
