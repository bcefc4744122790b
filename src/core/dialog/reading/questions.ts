/** Whether a text asks something. What asks is no answer, unless it is an option's wording to the letter. */
import type { TextForms } from '../../text/forms.ts';
import { type LanguageWords, REPEATED } from './language.ts';
import type { Layers } from './layers.ts';
import { clausesOf } from './reading.ts';

/** Look like questions and are none: 没什么, 好几个, 还是没有. */
const NOT_ASKING =
  /没(?:有)?(?:啥|什么|几个|怎么)|(?:什么|啥|哪个|哪里|哪儿)[^,]{0,4}(?:都|也)(?:还|从|从来|一直|暂时)?(?:没|不|未)|好几个|(?:^|目前|现在|都|也)还是|还是(?=没|未|不|在|那|这|老)|不管(?:什么|怎么|哪)|(?:不知道|不清楚|不确定|不记得|记不清|忘了)(?:到底|究竟)?(?:有没有|是不是|是否)|不怎么|怎么说呢/gu;
const NO_QUESTION_ENDING =
  /(?:[都也还才就]|从来|从|一直|偏)[没不]$|(?:还|正|着|在|早).*呢$|(?:没有|没|不是|是的|对|有)呢$/u;

/** @param isWording whether letters are a wording of some option of the dialog.
 *  @returns whether a text is clearly a question. */
export function createQuestionTest(
  words: LanguageWords,
  layersOf: Layers,
  isWording: (letters: string) => boolean,
): (said: TextForms) => boolean {
  return (said) => {
    if (said.plain.includes('?')) return true;
    const letters = said.letters.replace(REPEATED, '$1').replace(NOT_ASKING, '');
    if (words.questionWords.some((word) => letters.includes(word))) return true;
    if (NO_QUESTION_ENDING.test(letters)) return false;
    const ending = words.questionEndings.find((word) => letters.endsWith(word));
    return ending !== undefined && !statesAnswer(said, letters, ending);
  };

  /** 个体户嘛 states: 嘛 is an ending of questions and an empty word. So does 没认证呢, but 个体户呢 asks. */
  function statesAnswer({ clauses }: TextForms, letters: string, ending: string): boolean {
    const mayState = ending !== '呢' || /[没未不]/u.test(letters);
    if (!mayState || !words.fillersAfter.includes(ending)) return false;
    const last = clausesOf(clauses).at(-1)?.text ?? '';
    return layersOf(last).slice(1).some(isWording);
  }
}
