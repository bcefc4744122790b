/** The documentation site: docs/ as it is, Chinese first, English beside it. A dead link stops the build. */
import { posix } from 'node:path';
import { defineConfig } from 'vitepress';

const zh = [
  {
    text: '给商家',
    items: [{ text: '它能做什么', link: '/zh/what-it-does' }],
  },
  {
    text: '给运营',
    items: [
      { text: '快速开始', link: '/zh/quick-start' },
      { text: '运营手册', link: '/zh/operator' },
      { text: '编辑指南', link: '/zh/editor' },
      { text: '部署', link: '/zh/deploy' },
      { text: '配置参考', link: '/zh/settings' },
    ],
  },
  {
    text: '放心',
    items: [
      { text: '出了故障会怎样', link: '/zh/reliability' },
      { text: '安全', link: '/zh/security' },
      { text: '隐私', link: '/zh/privacy' },
    ],
  },
];
const en = [
  {
    text: 'Use',
    items: [
      { text: 'What it does', link: '/what-it-does' },
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Operator’s handbook', link: '/operator' },
      { text: 'Editor’s guide', link: '/editor' },
      { text: 'Deployment', link: '/deploy' },
      { text: 'Settings', link: '/settings' },
    ],
  },
  {
    text: 'Trust',
    items: [
      { text: 'When something breaks', link: '/reliability' },
      { text: 'Security', link: '/security' },
      { text: 'Privacy', link: '/privacy' },
      { text: 'Performance', link: '/performance' },
      { text: 'Traces', link: '/tracing' },
    ],
  },
  {
    text: 'Build',
    items: [
      { text: 'How merchants are understood', link: '/understanding' },
      { text: 'Thirty merchants', link: '/merchants' },
      { text: 'Questions of the official pages', link: '/official-faq' },
      { text: 'Dependencies', link: '/dependencies' },
    ],
  },
];

export default defineConfig({
  srcExclude: ['outcomes/**'],
  title: '备案小助手',
  description: '公众号里的小程序备案、认证助手 · A filing assistant for WeChat official accounts',
  cleanUrls: true,
  lastUpdated: false,
  locales: {
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      link: '/zh/what-it-does',
      themeConfig: {
        nav: [
          { text: '快速开始', link: '/zh/quick-start' },
          { text: '运营手册', link: '/zh/operator' },
          { text: '配置', link: '/zh/settings' },
        ],
        sidebar: { '/zh/': zh },
        outline: { label: '本页' },
        docFooter: { prev: '上一页', next: '下一页' },
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        darkModeSwitchLabel: '深色',
      },
    },
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: '简体中文', link: '/zh/what-it-does' },
          { text: 'Quick start', link: '/quick-start' },
          { text: 'Operator', link: '/operator' },
        ],
        sidebar: { '/': en },
      },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有找到',
                footer: { selectText: '打开', navigateText: '上下', closeText: '关闭' },
              },
            },
          },
        },
        // Words of Chinese have no blanks between them.
        miniSearch: {
          options: { tokenize: (text: string) => text.match(/[a-z0-9_]+|\p{Script=Han}/giu) ?? [] },
        },
      },
    },
  },
  markdown: {
    /** What stands outside docs/ is in the repository and not on the site: such a link becomes its words. */
    config(md) {
      md.core.ruler.push('outside', (state) => {
        const { relativePath } = state.env as { relativePath: string };
        for (const token of state.tokens) {
          let outside = false;
          for (const child of token.children ?? []) {
            if (child.type === 'link_open') outside = leaves(relativePath, String(child.attrGet('href')));
            if (!outside) continue;
            if (child.type === 'link_close') outside = false;
            if (child.type.startsWith('link_')) {
              child.type = 'html_inline';
              child.content = '';
            }
          }
        }
      });
    },
  },
});

function leaves(page: string, href: string): boolean {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return false;
  const target = posix.join(posix.dirname(page), href);
  return target.startsWith('../') || target.startsWith('outcomes/');
}
