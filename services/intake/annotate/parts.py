"""The parts of an Open XML package: changed parts are written anew, all others copied as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any

from lxml import etree

from services.intake.formats.package import xml_part

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT_TYPES = "[Content_Types].xml"


class Package:
    """Parts by path; a part asked for as XML is written as it then stands."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._roots: dict[str, Any] = {}
        self._names = self._archive.namelist()

    def __contains__(self, path: str) -> bool:
        return path in self._names or path in self._roots

    def xml(self, path: str) -> Any:
        if path not in self._roots:
            self._roots[path] = xml_part(self._archive, path)
        return self._roots[path]

    def lenient_xml(self, path: str) -> Any:
        """A part that is XML only nearly, as drawings of old are."""
        if path not in self._roots:
            parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
            self._roots[path] = etree.fromstring(self._archive.read(path), parser)
        return self._roots[path]

    def put(self, path: str, root: Any, content_type: str = "") -> None:
        """Add a part, or write it anew; `content_type` for one that is new."""
        self._roots[path] = root
        types = self.xml(_CONTENT_TYPES)
        known = {node.get("PartName") for node in types.iter(f"{{{TYPES}}}Override")}
        if content_type and f"/{path}" not in known:
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{path}", ContentType=content_type)

    def know_extension(self, extension: str, content_type: str) -> None:
        types = self.xml(_CONTENT_TYPES)
        known = {node.get("Extension", "").lower() for node in types.iter(f"{{{TYPES}}}Default")}
        if extension not in known:
            node = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
            types.insert(0, node)

    def free(self, pattern: str) -> str:
        """The first path of this pattern, such as xl/comments{}.xml, that no part has."""
        number = 1
        taken = {name.lower() for name in [*self._names, *self._roots]}
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def related(self, path: str, kind: str) -> dict[str, str]:
        """Relation id -> path of the related part, for relations of this kind (comments, worksheet …)."""
        relations = _relations_path(path)
        if relations not in self:
            return {}
        known = self._roots.get(relations)
        root = xml_part(self._archive, relations) if known is None else known
        return {
            node.get("Id", ""): _resolved(path, node.get("Target", ""))
            for node in root.iter(f"{{{RELATIONS}}}Relationship")
            if node.get("Type", "").rpartition("/")[2] == kind and node.get("TargetMode") != "External"
        }

    def relate(self, path: str, kind: str, target: str, base: str) -> str:
        """Add a relation and return its id; `base` is the namespace of such kinds."""
        relations = _relations_path(path)
        if relations not in self:
            self._roots[relations] = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})  # type: ignore[dict-item]
        root = self.xml(relations)
        taken = {node.get("Id") for node in root}
        number = next(number for number in range(1, len(taken) + 2) if f"rIdQ{number}" not in taken)
        etree.SubElement(
            root, f"{{{RELATIONS}}}Relationship", Id=f"rIdQ{number}", Type=f"{base}/{kind}", Target=f"/{target}"
        )
        return f"rIdQ{number}"

    def saved(self) -> bytes:
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in dict.fromkeys([*self._names, *self._roots]):
                root = self._roots.get(name)
                archive.writestr(name, self._archive.read(name) if root is None else _text(name, root))
        return output.getvalue()


def _text(name: str, root: Any) -> bytes:
    """The part as text; a drawing of old has no declaration, whoever writes it."""
    if name.endswith(".vml"):
        return etree.tostring(root, encoding="UTF-8")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations_path(path: str) -> str:
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(path: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
