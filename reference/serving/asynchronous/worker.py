"""What answers: it takes a message, asks the model, and acknowledges; as many of these as one likes, on any machine.

It may die at any moment. A message that it had is given to another when its lease is over; one that kills whoever has
it, or cannot be answered, is set aside after some tries.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from parts.late_service.late_service import LATE
from parts.model_service.described_service import Answerer, Service
from parts.queue.queues import LEASE, Message, NoQueue, Queue, open_queue
from reference.serving.asynchronous.where import find_queue

PAUSE, BREAK = 0.02, 1.0
"""Seconds until it looks again: at an empty queue, and for a queue that is gone."""


def answer_next(queue: Queue, service: Service, answerer: Answerer) -> bool:
    """Answer one message, or give it back; False if there was none. Raises ``NoQueue``."""
    message = queue.take()
    if message is None:
        return False
    try:
        answer = answer_message(message, service, answerer)
    except Exception as error:  # whatever is wrong with one message, the others are answered
        queue.give_back(message, f"{type(error).__name__}: {' '.join(str(error).split())}")
    else:
        queue.acknowledge(message.ticket, answer)
    return True


def answer_message(message: Message, service: Service, answerer: Answerer) -> str:
    """The answer as JSON; raises whatever is wrong with the message."""
    return json.dumps(answerer(service.question.model_validate_json(message.body)))


def work(queue: Queue, service: Service, answerer: Answerer, over: Event) -> None:
    """Answer until it is over; the message in hand is answered before that."""
    while not over.is_set():
        try:
            if not answer_next(queue, service, answerer):
                time.sleep(PAUSE)
        except NoQueue as error:
            print(f"{service.name}: {error}", file=sys.stderr)
            over.wait(BREAK)


def main() -> int:
    """Work until stopped; 2 without a model, or without a queue. ``LEASE``: seconds, if not the usual ones."""
    over = Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    try:
        answerer = LATE.open_model(Path(os.environ["MODELS"]))
        queue = open_queue(find_queue(), lease=float(os.environ.get("LEASE", LEASE)))
    except (LookupError, NoQueue, ValueError) as error:
        print(f"{LATE.name}: {error}", file=sys.stderr)
        return 2
    work(queue, LATE, answerer, over)
    return 0


if __name__ == "__main__":
    sys.exit(main())
