"""Ask a portal as an assistant would, with the reference client of the Model Context Protocol.

Arguments: the portal's address, then a JSON list of [tool, arguments]. Prints the tools and each
result; asks everything twice: in the protocol's newest era and, as older clients do, by handshake.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from mcp.client.client import Client


async def ask(origin: str, calls: list[tuple[str, dict[str, Any]]], mode: str) -> dict[str, Any]:
    async with Client(f"{origin}/mcp", mode=mode) as client:
        tools = await client.list_tools()
        results = [await client.call_tool(name, given) for name, given in calls]
        return {
            "server": client.server_info.name,
            "tools": {one.name: one.input_schema for one in tools.tools},
            "results": [
                {"failed": one.is_error, "given": one.structured_content} for one in results
            ],
        }


def main() -> None:
    origin, calls = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps({mode: asyncio.run(ask(origin, calls, mode)) for mode in ("auto", "legacy")}))


main()
