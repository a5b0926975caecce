import type { Builder } from '../../builder/index.ts';
import type { EngineContext } from '../../engine/index.ts';
import type { Route } from '../http/router.ts';
import { absentRoutes } from './absent.ts';
import { archiveRoutes } from './archive.ts';
import { attachRoutes } from './attach.ts';
import { buildRoutes } from './build.ts';
import { containerRoutes } from './containers.ts';
import { execRoutes } from './exec.ts';
import { imageRoutes } from './images.ts';
import { networkRoutes } from './networks.ts';
import { systemRoutes } from './system.ts';
import { volumeRoutes } from './volumes.ts';

/** Every endpoint of the Engine API. */
export function allRoutes(engine: EngineContext, builder: Builder): Route[] {
  return [
    ...systemRoutes(engine, builder),
    ...containerRoutes(engine),
    ...archiveRoutes(engine),
    ...attachRoutes(engine),
    ...execRoutes(engine),
    ...imageRoutes(engine),
    ...networkRoutes(engine),
    ...volumeRoutes(engine),
    ...buildRoutes(builder),
    ...absentRoutes(),
  ];
}
