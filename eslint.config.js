import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

const only = (name, message) => ({ name, message, allowTypeImports: true })
const electron = only('electron', 'only src-main/electron and src-preload/index.ts import electron')
const sqlite = only('better-sqlite3', 'only src-main/workspace imports better-sqlite3')
const node = { regex: '^node:', message: 'learning/ and evaluation/ are pure: no files, no processes' }
const imports = (paths, patterns = []) => ({ 'no-restricted-imports': ['error', { paths, patterns }] })

// Types and unused names are vue-tsc's, layout is prettier's: what is left is what neither sees.
export default ts.config(
  {
    ignores: [
      'out/',
      'node_modules/',
      'test-results/',
      '.workspace/',
      '.tmp/',
      'src-main/learning/backends/kernels/{assembly/,binaries.ts}',
    ],
  },
  ts.configs.base,
  vue.configs['flat/essential'],
  {
    files: ['**/*.{ts,js,vue}'],
    rules: { eqeqeq: 'error', 'no-eval': 'error', '@typescript-eslint/no-explicit-any': 'error' },
  },
  { files: ['src-*/**'], rules: imports([electron, sqlite]) },
  { files: ['src-main/electron/**', 'src-preload/index.ts'], rules: imports([sqlite]) },
  { files: ['src-main/workspace/**'], rules: imports([electron]) },
  {
    files: ['src-main/learning/**', 'src-main/evaluation/**'],
    ignores: ['src-main/learning/backends/**'],
    rules: imports([electron, sqlite], [node]),
  },
  { files: ['src-renderer/**'], rules: imports([electron, sqlite], [node]) },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { 'vue/multi-word-component-names': 'off' },
  },
  {
    files: ['src-main/**/*.ts', 'src-preload/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.node.json' } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
)
