/** Words of the language, from content/understanding.yaml; all are normalised. */
export interface LanguageWords {
  /** Stand anywhere in a question: 怎么, 多少, 要不要 … */
  readonly questionWords: readonly string[];
  /** Stand at the end of a question: 吗, 呢 … */
  readonly questionEndings: readonly string[];
  /** Deny what follows, or what stands before them at the end of a clause: 不是, 并非, 没做 … */
  readonly denials: readonly string[];
  /** Polite or empty words before an answer: 我是, 应该是 … */
  readonly fillersBefore: readonly string[];
  /** The same behind an answer: 吧 … */
  readonly fillersAfter: readonly string[];
}

/** 对对对, 没有没有: what is said twice or more is said once. */
export const REPEATED = /^(.{1,2})\1+$/u;
