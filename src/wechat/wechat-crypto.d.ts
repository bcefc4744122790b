/** The members of wechat-crypto that envelope.ts uses; the package ships no types. Its `decrypt` is left out on
 *  purpose: it takes tampered blocks, wrong lengths and other app ids for good. */
declare module 'wechat-crypto' {
  export default class WXBizMsgCrypt {
    constructor(token: string, encodingAESKey: string, id: string);
    /** Base64 of the encrypted text, with a fresh random head. */
    encrypt(text: string): string;
    getSignature(timestamp: string, nonce: string, encrypt: string): string;
  }
}
