/** A connection or connector where only its id is known: its name with the way there, a dash until that is read, or that it is gone. */
import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.js';
import { connectionQuery, connectorQuery } from '../api/records.js';
import { strings } from '../strings/index.js';

export function ConnectionLink({ id }: { id: string }) {
  return <RecordLink to={`/connections/${id}`} query={useQuery(connectionQuery(id))} />;
}

export function ConnectorLink({ id }: { id: string }) {
  return <RecordLink to={`/connectors/${id}`} query={useQuery(connectorQuery(id))} />;
}

interface RecordLinkProps {
  to: string;
  query: { data: { name: string } | undefined; error: unknown };
}

function RecordLink({ to, query: { data, error } }: RecordLinkProps) {
  if (error instanceof ApiProblem && error.status === 404) return strings.parts.gone;
  if (!data) return strings.parts.unknown;
  return (
    <Anchor component={Link} to={to} size="sm" maw="100%" underline="always">
      {data.name}
    </Anchor>
  );
}
