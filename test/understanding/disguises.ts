/** The same questions as other people type them: each disguise is a way of writing in which nothing is lost for a reader. */
import { Converter } from 'opencc-js/cn2t';
import { pinyin } from 'pinyin-pro';

const HAN = /\p{Script=Han}/u;
const toTraditional = Converter({ from: 'cn', to: 't' });

/** Ways to write a text otherwise, by name. @param characters that may stand for others of the same sound. */
export function disguises(characters: Iterable<string>): Readonly<Record<string, (text: string) => string>> {
  const bySound = new Map<string, string[]>();
  for (const character of characters) {
    const sound = pinyin(character, { toneType: 'none' });
    bySound.set(sound, [...(bySound.get(sound) ?? []), character]);
  }
  const alike = (character: string) =>
    (bySound.get(pinyin(character, { toneType: 'none' })) ?? []).filter((other) => other !== character);

  return {
    'as it stands': (text) => text,
    'with courtesies': (text) => `你好，请问一下${text}，谢谢`,
    'in Traditional characters': (text) => toTraditional(text),
    'one character wrong, of the same sound': (text) => withHomophones(text, 1),
    'two characters wrong, of the same sound': (text) => withHomophones(text, 2),
    'in pinyin': (text) => pinyin(text, { toneType: 'none', nonZh: 'consecutive' }),
  };

  /** Which characters are wrong follows from the text, so that every run asks the same. */
  function withHomophones(text: string, count: number): string {
    const letters = [...text];
    let state = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
    const next = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    const places = letters.flatMap((letter, i) => (HAN.test(letter) && alike(letter).length > 0 ? [i] : []));
    for (let i = 0; i < count && places.length > 0; i++) {
      const [at = 0] = places.splice(next(places.length), 1);
      const others = alike(letters[at] ?? '');
      letters[at] = others[next(others.length)] ?? letters[at] ?? '';
    }
    return letters.join('');
  }
}
