"""The pages of the panel, one module for each family of pages, GET and POST together."""

from fastapi import APIRouter

from api.pages import (
    account,
    activity,
    alerts,
    asks,
    child,
    devices,
    health,
    installed,
    join,
    lists,
    look_up,
    notices,
    readings,
    settings,
    setup,
    sign_in,
    strangers,
    today,
    ways,
    week,
)

ROUTERS: tuple[APIRouter, ...] = (
    setup.router,
    sign_in.router,
    account.router,
    join.router,
    health.router,
    installed.router,
    today.router,
    child.router,
    activity.router,
    alerts.router,
    asks.router,
    week.router,
    devices.router,
    ways.router,
    strangers.router,
    readings.router,
    settings.router,
    lists.router,
    notices.router,
    look_up.router,
)
