/** WeChat's faces (表情) in texts. They arrive as codes (`/::D`) or names in brackets (`[微笑]`), and are pictures: no words of
 *  the sender. The lists are those of the client's keyboard. */
import { anyOf } from '../core/text/regexp.ts';

const NAMES =
  '微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 酷 冷汗 囧 抓狂 吐 偷笑 愉快 可爱 白眼 傲慢 饥饿 困 惊恐 流汗 憨笑 悠闲 大兵 奋斗 咒骂 疑问 嘘 晕 疯了 折磨 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 糗大了 坏笑 左哼哼 右哼哼 哈欠 鄙视 委屈 快哭了 阴险 亲亲 吓 可怜 菜刀 西瓜 啤酒 篮球 乒乓 咖啡 饭 猪头 玫瑰 凋谢 嘴唇 示爱 爱心 心碎 蛋糕 闪电 炸弹 刀 足球 瓢虫 便便 月亮 太阳 礼物 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 差劲 爱你 爱情 飞吻 跳跳 发抖 怄火 转圈 磕头 回头 跳绳 投降 激动 乱舞 献吻 左太极 右太极 嘿哈 捂脸 奸笑 机智 皱眉 耶 吃瓜 加油 汗 天啊 社会社会 旺柴 好的 打脸 哇 翻白眼 让我看看 叹气 苦涩 裂开 红包 發 发 福 烟花 爆竹 茶 合十 笑脸 生病 破涕为笑 吐舌 脸红 恐惧 失望 无语 鬼魂 庆祝 强壮 白眼 OK NO Emm 666 ' +
  'Smile Grimace Drool Scowl CoolGuy Sob Shy Silent Sleep Cry Awkward Angry Tongue Grin Surprise Frown Blush Scream Puke Chuckle Joyful Slight Smug Drowsy Panic Sweat Laugh Commando Determined Scold Shocked Shhh Dizzy Toasted Skull Hammer Bye Speechless NosePick Clap Trick Yawn Shrunken TearingUp Sly Kiss Whimper Happy Sick Flushed Lol Terror LetDown Duh Hey Facepalm Smirk Smart Concerned Yeah! Rose Wilt Lips Heart BrokenHeart Hug ThumbsUp ThumbsDown Shake Peace Fight Beckon Fist Pooh Worship Cake Moon Sun Gift Cleaver Beer Coffee Pig';
const CODES =
  "/::) /::~ /::B /::| /:8-) /::< /::$ /::X /::Z /::'( /::-| /::@ /::P /::D /::O /::( /::+ /:--b /::Q /::T /:,@P /:,@-D /::d /:,@o /::g /:|-) /::! /::L /::> /::,@ /:,@f /::-S /:? /:,@x /:,@@ /::8 /:,@! /:!!! /:xx /:bye /:wipe /:dig /:handclap /:&-( /:B-) /:<@ /:@> /::-O /:>-| /:P-( /::'| /:X-) /::* /:@x /:8* /:pd /:<W> /:beer /:basketb /:oo /:coffee /:eat /:pig /:rose /:fade /:showlove /:heart /:break /:cake /:li /:bome /:kn /:footb /:ladybug /:shit /:moon /:sun /:gift /:hug /:strong /:weak /:share /:v /:@) /:jj /:@@ /:bad /:lvu /:no /:ok /:love /:<L> /:jump /:shake /:<O> /:circle /:kotow /:turn /:skip /:oY /:#-0 /:hiphot /:kiss /:<& /:&>";

const FACES = new RegExp(`\\[(?:${anyOf(NAMES.split(' '))})\\]|${anyOf(CODES.split(' '))}`, 'gu');
/** Pictures of Unicode; digits and # are parts of keycaps, and those are numbers. */
const PICTURES =
  /^(?:(?![0-9#*])(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F|\s))+$/u;

/** The text without faces: they are taken off wherever they stand. */
export function withoutFaces(text: string): string {
  return text.includes('/:') || text.includes('[') ? text.replace(FACES, ' ').trim() : text;
}

/** Whether a text is nothing but pictures. */
export function isPicture(text: string): boolean {
  return text.trim() !== '' && (PICTURES.test(text) || withoutFaces(text) === '');
}
