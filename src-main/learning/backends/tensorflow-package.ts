/**
 * Where TensorFlow's native library may be installed, and why it does not load where it is. Its packages are optional: their install script
 * downloads libtensorflow and an addon, which may be out of reach, and neither exists for every platform.
 */
import { builtin, host } from './host.ts'

/** A folder with a node_modules of its own in which to look first, for an install outside Crossreel. */
export const FOLDER_VARIABLE = 'CROSSREEL_TENSORFLOW'

/** The GPU's first: where it finds no GPU it computes on the processor. */
export const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const
export type TensorflowPackage = (typeof packages)[number]

export interface FoundPackage {
  name: TensorflowPackage
  /** Its folder. */
  folder: string
  /** Resolves as a file in the place where it was found would. */
  require: NodeJS.Require
}

/** What of an install there is; read from disk, or made up by a test. */
export interface Install {
  name: TensorflowPackage
  folder: string
  platform: NodeJS.Platform
  arch: string
  /** The Node-API version of the running Node. */
  napi: number
  /** Paths of files inside the folder, with forward slashes. */
  files: readonly string[]
}

/** Nothing is loaded here. @param from a module of Crossreel */
export function findPackages(from: string | URL): FoundPackage[] {
  const { createRequire } = builtin('node:module')
  const { dirname, join } = builtin('node:path')
  const named = host?.env[FOLDER_VARIABLE]
  const requires = [
    ...(named ? [createRequire(join(named, 'node_modules', 'crossreel.cjs'))] : []),
    createRequire(from),
  ]
  return requires.flatMap((require) =>
    packages.flatMap((name) => {
      try {
        return { name, folder: dirname(require.resolve(`${name}/package.json`)), require }
      } catch {
        return [] // not there
      }
    }),
  )
}

/** Why there is nothing to load, and what to do. */
export function absence(platform: NodeJS.Platform = process.platform, arch: string = process.arch): string {
  const named = host?.env[FOLDER_VARIABLE]
  if (named)
    return `${FOLDER_VARIABLE} names ${named}, but neither ${packages.join(' nor ')} lies in its node_modules. Run 'npm install ${packages[1]}@4.22.0' in that folder, or unset ${FOLDER_VARIABLE}.`
  const gpu = hasGpuPackage(platform, arch)
    ? ` For an NVIDIA GPU '${packages[0]}@4.22.0' instead, with an NVIDIA driver, CUDA 11.2 and cuDNN 8.1.`
    : ''
  return `TensorFlow is not installed: it is optional, and npm leaves it out where its download host cannot be reached. With network access to storage.googleapis.com run 'npm install --no-save ${packages[1]}@4.22.0' in Crossreel's folder, or in another folder that ${FOLDER_VARIABLE} names.${gpu}`
}

/** Why an install does not load, as far as its files show; null where they look whole. */
export function damage({ name, folder, platform, arch, napi, files }: Install): string | null {
  const again = `Run 'npm rebuild ${name}' with network access to storage.googleapis.com`
  if (name === packages[0] && !hasGpuPackage(platform, arch))
    return `${name} is for Linux and Windows on x64, not for ${platform} ${arch}. Install ${packages[1]} instead.`
  const addon = files.find((file) => /^lib\/napi-v\d+\/tfjs_binding\.node$/.test(file))
  if (!addon) return `${name} lies in ${folder} without its addon: its install was cut off. ${again}.`
  const place = addon.slice(0, addon.lastIndexOf('/'))
  if (platform === 'win32' && !files.includes(`${place}/tensorflow.dll`)) {
    // its scripts name the folder by Node's own Node-API version, while the newest addon is older
    const stray = files.find((file) => /^lib\/napi-v\d+\/tensorflow\.dll$/.test(file))
    return stray
      ? `tensorflow.dll lies in ${folder}/${stray.slice(0, stray.lastIndexOf('/'))} and its addon looks for it in ${folder}/${place}: this happens with Node-API ${napi}. Copy tensorflow.dll there, then start again.`
      : `${name} lies in ${folder} without tensorflow.dll. ${again}.`
  }
  const library = /^deps\/lib\/(lib)?tensorflow(\.\d+)*\.(so|dylib|dll)/
  if (platform !== 'win32' && !files.some((file) => library.test(file)))
    return `${name} lies in ${folder} without libtensorflow: its download was cut off. ${again}.`
  return null
}

/** The install of a package as it lies on disk. */
export function readInstall({ name, folder }: Pick<FoundPackage, 'name' | 'folder'>): Install {
  const { readdirSync } = builtin('node:fs')
  const { join } = builtin('node:path')
  const list = (path: string): string[] => {
    try {
      return readdirSync(join(folder, path)).map((file) => `${path}/${file}`)
    } catch {
      return [] // not there
    }
  }
  const files = [...list('lib').flatMap((place) => list(place)), ...list('deps/lib')]
  const { platform, arch, versions } = process
  return { name, folder, platform, arch, napi: Number(versions['napi']), files }
}

/** libtensorflow for CUDA was built for these alone. */
export function hasGpuPackage(platform: NodeJS.Platform, arch: string): boolean {
  return (platform === 'linux' || platform === 'win32') && arch === 'x64'
}
