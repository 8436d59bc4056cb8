"""Alerts: what people are told, when, and by which way.

    Alert ──compose──▶ Message ──deliverer(kind).send──▶ Receipt | DeliveryError

    compose    an alert worded for a channel; pure
      wording    the phrases, once, for every form; storylines: those about a story
      marks      a sentence cut to length, with its terms marked
      plain, html, data, blocks    the forms: text, HTML, JSON, Slack's Block Kit
      clean      what hostile text may not bring along; safe links
      languages  names of languages
    cadence    when an alert is due and when a message is tried again; quiet: hours in which none is sent; pure
    routing    which channels are told about a topic; pure
    followup   is there anything new in a story that was told before? pure
    mail       a message as the bytes of an e-mail; pure
    channels/  one file per channel, one interface: `Deliverer`

What has been sent, and to whom, is the archive's outbox; the loop that drains it is in `monitor.run`.
"""

from __future__ import annotations

from monitor.alerts.cadence import Cadence, due, next_attempt, parse_cadence
from monitor.alerts.compose import compose

__all__ = ["Cadence", "compose", "due", "next_attempt", "parse_cadence"]
