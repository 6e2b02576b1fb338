/**
 * The styles of the sample's posters. A look is a composition with palettes of its own; it says nothing about genre, domain or plot, so
 * that a taste for a look can only be learned from pictures (or from who watched what).
 */
import type { Lettering } from './lettering.ts'
import {
  blinds,
  geometry,
  grid,
  leaves,
  mosaic,
  pastel,
  peaks,
  rays,
  rings,
  sunset,
  type Palette,
  type Scene,
} from './scenes.ts'

export interface Look {
  name: string
  /** Who likes one look of a mood tends to like the others. */
  mood: 'warm' | 'dark' | 'bold' | 'gentle'
  scene: Scene
  palettes: Palette[]
  /** Title: from which edge, how large, how heavy; `colour` is one of the palette (index) or a colour of its own. */
  title: Omit<Lettering, 'colour'> & { edge: number; from: 'top' | 'bottom'; colour: number | string }
}

export const looks: Look[] = [
  {
    name: 'sunset',
    mood: 'warm',
    scene: sunset,
    palettes: [
      ['#4a1942', '#f2784b', '#2b0f2e', '#ffd166', '#8c2f4a'],
      ['#7a1f3d', '#ffa552', '#3a1020', '#fff0b3', '#b13e3e'],
      ['#5b2a86', '#ff8c61', '#23103a', '#ffe08a', '#a23b72'],
    ],
    title: { edge: 28, from: 'top', size: 20, weight: 2.6, tracking: 3.4, align: 'centre', colour: '#fff3d6' },
  },
  {
    name: 'blinds',
    mood: 'dark',
    scene: blinds,
    palettes: [
      ['#0b0b0e', '#2a2a30', '#d8d2c2', '#c1121f', '#000000'],
      ['#08090c', '#23272e', '#c9ccd1', '#d62828', '#000000'],
      ['#0d0a08', '#322b26', '#e0d3b8', '#b5301f', '#000000'],
    ],
    title: { edge: 282, from: 'bottom', size: 19, weight: 4, tracking: 2.6, align: 'left', colour: '#f4f1ea' },
  },
  {
    name: 'geometry',
    mood: 'bold',
    scene: geometry,
    palettes: [
      ['#f3eee1', '#1d3557', '#e63946', '#f1b62e', '#14130f'],
      ['#f5f1e6', '#14130f', '#2a6fdb', '#e4572e', '#f0b429'],
      ['#efe9da', '#d1495b', '#14213d', '#edae49', '#2e6f95'],
    ],
    title: { edge: 20, from: 'top', size: 21, weight: 4.6, tracking: 2.2, align: 'left', colour: '#14130f' },
  },
  {
    name: 'rings',
    mood: 'dark',
    scene: rings,
    palettes: [
      ['#03263f', '#01111f', '#3fc1c9', '#e8fbff', '#ffffff'],
      ['#06394a', '#02161f', '#59d8c0', '#f2fff9', '#ffffff'],
      ['#0a2d5c', '#030f24', '#4aa8ff', '#e6f3ff', '#ffffff'],
    ],
    title: {
      edge: 280,
      from: 'bottom',
      size: 18,
      weight: 1.7,
      tracking: 5,
      align: 'centre',
      colour: '#dff6fb',
      round: true,
    },
  },
  {
    name: 'pastel',
    mood: 'gentle',
    scene: pastel,
    palettes: [
      ['#fde8ef', '#cfe8d5', '#9fcfb5', '#f7a8b8', '#ffffff'],
      ['#e3f0ff', '#d9d2f0', '#b0a8dc', '#ffc9b9', '#ffffff'],
      ['#fff4d6', '#ffd9c7', '#f4b6a6', '#9ad1d4', '#ffffff'],
    ],
    title: {
      edge: 30,
      from: 'top',
      size: 19,
      weight: 2.8,
      tracking: 3,
      align: 'centre',
      colour: '#6b4b6e',
      round: true,
    },
  },
  {
    name: 'grid',
    mood: 'dark',
    scene: grid,
    palettes: [
      ['#12002b', '#3a0a5e', '#ff2bd6', '#22e6ff', '#7a1fff'],
      ['#0a0a2a', '#2c0f63', '#00e5ff', '#ff3da5', '#5d2bff'],
      ['#170024', '#4d0b57', '#ff5edb', '#a6ff3d', '#c01fbf'],
    ],
    title: {
      edge: 26,
      from: 'top',
      size: 21,
      weight: 3,
      tracking: 2.8,
      align: 'centre',
      colour: '#f5e9ff',
      round: true,
    },
  },
  {
    name: 'leaves',
    mood: 'gentle',
    scene: leaves,
    palettes: [
      ['#f0efdc', '#2f4b26', '#4f772d', '#90a955', '#c8553d'],
      ['#1e3a2b', '#a3b18a', '#588157', '#84a98c', '#e9c46a'],
      ['#e8ecd2', '#22402b', '#3a6b35', '#a2b86c', '#dd6e42'],
    ],
    title: { edge: 26, from: 'top', size: 19, weight: 2.2, tracking: 3.6, align: 'centre', colour: 1 },
  },
  {
    name: 'mosaic',
    mood: 'bold',
    scene: mosaic,
    palettes: [
      ['#101820', '#0f7173', '#d8315b', '#f0c808', '#3e2f5b'],
      ['#1b1030', '#c8102e', '#00798c', '#edae49', '#6a2c70'],
      ['#0c1b1e', '#087e8b', '#ff5a5f', '#bfd7ea', '#7d3cb5'],
    ],
    title: { edge: 118, from: 'top', size: 20, weight: 3.4, tracking: 2.6, align: 'centre', colour: '#fff8e7' },
  },
  {
    name: 'peaks',
    mood: 'gentle',
    scene: peaks,
    palettes: [
      ['#dfe7ec', '#b3c2cc', '#7f95a3', '#ffffff', '#3f5563'],
      ['#e6e9ee', '#bcc4d2', '#8a97ad', '#fbfcfd', '#46536b'],
      ['#d5dcdc', '#aab9b9', '#7b9090', '#f7fbfb', '#3c5151'],
    ],
    title: { edge: 26, from: 'top', size: 20, weight: 1.8, tracking: 5, align: 'left', colour: 4 },
  },
  {
    name: 'rays',
    mood: 'warm',
    scene: rays,
    palettes: [
      ['#f2c14e', '#e8a33d', '#9c2c1c', '#fbe6b0', '#3b1c10'],
      ['#f4a259', '#ee8434', '#5b3422', '#ffe3b8', '#2e1810'],
      ['#e9b44c', '#dd9a2e', '#9b2915', '#f9e7c0', '#2d1a0c'],
    ],
    title: { edge: 24, from: 'top', size: 22, weight: 5, tracking: 2.4, align: 'centre', colour: 2 },
  },
]
