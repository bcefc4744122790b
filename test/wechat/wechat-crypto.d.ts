/** The members of wechat-crypto that the tests use; the package ships no types. */
declare module 'wechat-crypto' {
  export default class WXBizMsgCrypt {
    constructor(token: string, encodingAESKey: string, id: string);
    /** `id`: the app id inside. Does not notice tampering. */
    decrypt(encrypt: string): { readonly message: string; readonly id: string };
    getSignature(timestamp: string, nonce: string, encrypt: string): string;
  }
}
