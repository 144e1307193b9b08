/*
 * Everything that the keeper has open of a fixture: the pins of its controllers, the I2C buses, the current
 * monitors on them.
 */
#pragma once

#include "line/keeper_wires.h"

typedef struct KeeperDevices KeeperDevices;

/* Each controller begins with all its outputs inactive: that is what makes them safe at the start. */
KeeperDevices *keeper_devices_open(
	const Fixture *fixture, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Changes no pin. */
void keeper_devices_close(KeeperDevices *devices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeeperDevices, keeper_devices_close)

/* The same as wires, good for as long as the devices are open. */
KeeperWires keeper_devices_wires(KeeperDevices *devices);
