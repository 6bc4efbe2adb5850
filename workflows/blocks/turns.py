"""Who goes first among the news and acts of one workflow task: the same in the live run and in each replay."""

import asyncio


class Turns:
    """News in the order of history, then acts in the order in which they were accepted.

    History does not say whether an act came before or after the news of its task. The SDK replays all news first, but a
    server may deliver an act first: the real one after a reset, the time-skipping one whenever news overtakes a task
    that an act began. Nobody acts before all of the task are in line: an acceptance is a command too, and stands before
    the commands of whatever is carried out.
    """

    def __init__(self) -> None:
        self._news: list[asyncio.Future[None]] = []
        self._acts: list[asyncio.Future[None]] = []

    async def for_news(self) -> None:
        """Wait until everything that came with this news is in line."""
        await self._join(self._news)

    async def for_act(self) -> None:
        """Wait until the news that came with this act has been heard."""
        await self._join(self._acts)

    async def _join(self, line: list[asyncio.Future[None]]) -> None:
        loop = asyncio.get_running_loop()
        if not self._news and not self._acts:
            # The handlers of a task are all ready to run before the first of them does: this comes after the last.
            loop.call_soon(self._call)
        turn = loop.create_future()
        line.append(turn)
        await turn

    def _call(self) -> None:
        called = self._news + self._acts
        self._news, self._acts = [], []
        for turn in called:
            if not turn.done():
                turn.set_result(None)
