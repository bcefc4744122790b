/** The official account whose messages are read. */
export type MessageMode = 'plain' | 'compatible' | 'safe';

/** How the platform and this account know each other. */
export interface WechatAccount {
  readonly appId: string;
  /** `gh_…`; names the account in keys of the store. */
  readonly originalId: string;
  /** The current token first. */
  readonly tokens: readonly string[];
  readonly aesKey: string | undefined;
  readonly previousAesKey: string | undefined;
  readonly mode: MessageMode;
  readonly appSecret: string | undefined;
  /** Made up at this start, for the playground: no account is connected. */
  readonly generated: boolean;
}
