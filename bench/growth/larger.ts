/** Content as it may be in some years: more entries, made of today's by putting trades, towns and other things in front
 *  of their phrasings, so that the words are distributed as they are. content.ts asks how understanding grows with it. */
import type { FaqEntry } from '../micro/built.ts';

const WHO = ['理发店', '水果店', '培训班', '物业', '牙科', '民宿', '律所', '合作社', '茶楼', '幼儿园'];
const WHERE = ['城东', '开发区', '镇上', '高新区', '老城', '口岸', '园区', '县里', '古镇', '新区'];
/** Phrasings of one made entry; those of today have more, the later ones of a large collection will have fewer. */
const PHRASINGS = 6;

/** Exactly `count` entries: today's, then made ones. */
export function enlarged(entries: readonly FaqEntry[], count: number): readonly FaqEntry[] {
  const made: FaqEntry[] = entries.slice(0, count);
  for (let i = 0; made.length < count; i++) {
    const entry = entries[i % entries.length];
    if (entry === undefined) throw new Error('there is nothing to enlarge');
    const lap = Math.floor(i / entries.length);
    const topic = `${WHERE[lap % WHERE.length] ?? ''}${WHO[Math.floor(lap / WHERE.length) % WHO.length] ?? ''}`;
    // Other phrasings in each lap, so that the words differ too.
    const also = Array.from({ length: PHRASINGS }, (_, k) => {
      const phrase = entry.also[(lap * PHRASINGS + k) % Math.max(1, entry.also.length)] ?? entry.question;
      return k % 2 === 0 ? `${topic}${phrase}` : `${phrase}，${topic}的`;
    });
    made.push({ ...entry, id: `${entry.id}-${lap}`, question: `${topic}${entry.question}`, also });
  }
  return made;
}
